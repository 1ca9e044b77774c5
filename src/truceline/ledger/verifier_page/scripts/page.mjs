// The page itself: two files in, the verdict out. It reads files and clock, and reaches nothing else.
import { hex } from "./bytes.mjs";
import { ed25519Holds } from "./ed25519.mjs";
import { canonical, exactJson } from "./exact_json.mjs";
import { mldsa44Holds, shake128, shake256 } from "./mldsa44.mjs";
import { readKeys } from "./policies.mjs";
import { asText, Fault, inWords, pieces, say, Saying } from "./sayings.mjs";
import { sha256, sha512 } from "./sha2.mjs";
import { moment, unopened, verify, withFile } from "./verifying.mjs";
import { CATALOGUE, LANGUAGE_NAMES } from "./catalogue.mjs";

const DAY_S = 86400;
const CLOCKS_DIFFER_S = 300;
const MOST_BYTES = { bundle: 4000000, keys: 1000000, file: 500000000 };
const KINDS = ["bundle", "keys", "file"];
const CURLY = 0x7b;
const MOST_UNFOLDED = 8;

// The same functions for a program that runs this file without a page.
const primitives = { sha256, sha512, shake128, shake256, ed25519Holds, mldsa44Holds, exactJson };
globalThis.truceline = Object.freeze({ readKeys, verify, withFile, unopened, inWords, translation, Fault, primitives });

function translation(language) {
  const words = CATALOGUE[language] || {};
  return (template) => (Object.prototype.hasOwnProperty.call(words, template) ? words[template] : template);
}

class Page {
  constructor(root) {
    this.root = root;
    this.files = { bundle: null, keys: null, file: null };
    this.language = "en";
    this.answered = null;
  }

  one(id) {
    return this.root.getElementById(id);
  }

  start(wanted) {
    this.one("too-old").remove();
    this.one("asking").hidden = false;
    for (const element of this.root.querySelectorAll("[data-say]")) element.dataset.say = element.textContent;
    this.offerLanguages();
    for (const kind of KINDS) this.listenTo(kind);
    for (const id of ["max-age", "both-parties"]) this.one(id).addEventListener("input", () => this.answer());
    this.one("print").addEventListener("click", () => globalThis.print());
    this.takeDrops();
    this.speak(wanted);
  }

  offerLanguages() {
    for (const [language, name] of Object.entries(LANGUAGE_NAMES)) {
      const button = this.element("button", { type: "button", lang: language }, [name]);
      button.addEventListener("click", () => this.speak(language));
      this.one("languages").append(button);
    }
  }

  speak(language) {
    this.language = language;
    this.root.documentElement.lang = language;
    const translate = translation(language);
    this.root.title = translate("Check a proof");
    for (const element of this.root.querySelectorAll("[data-say]")) {
      element.textContent = translate(element.dataset.say);
    }
    for (const element of this.root.querySelectorAll("[data-say-label]")) {
      element.setAttribute("aria-label", translate(element.dataset.sayLabel));
    }
    for (const button of this.one("languages").children) {
      button.setAttribute("aria-pressed", String(button.lang === language));
    }
    this.showNames();
    this.show();
  }

  listenTo(kind) {
    this.one(kind).addEventListener("change", (event) => {
      if (event.target.files.length) this.take(kind, event.target.files[0]);
    });
  }

  // A file may be dropped on its field, or both anywhere: a bundle begins with a curly bracket, a list of keys never.
  takeDrops() {
    for (const name of ["dragenter", "dragover"]) {
      this.root.addEventListener(name, (event) => {
        event.preventDefault();
        for (const drop of this.root.querySelectorAll(".drop")) drop.classList.toggle("over", drop.contains(event.target));
      });
    }
    this.root.addEventListener("dragleave", () => this.clearOver());
    this.root.addEventListener("drop", (event) => {
      event.preventDefault();
      this.clearOver();
      const files = Array.from(event.dataTransfer.files);
      const drop = event.target.closest && event.target.closest(".drop");
      if (drop && files.length === 1) this.take(drop.id.replace("-drop", ""), files[0]);
      else for (const file of files) this.take(null, file);
    });
  }

  clearOver() {
    for (const drop of this.root.querySelectorAll(".drop")) drop.classList.remove("over");
  }

  take(wanted, file) {
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      const all = new Uint8Array(reader.result);
      const kind = wanted || (all[0] === CURLY ? "bundle" : "keys");
      const bytes = all.subarray(0, MOST_BYTES[kind] + 1);
      this.files[kind] = { name: file.name, size: file.size, bytes, sha256: hex(sha256(bytes)) };
      this.showNames();
      this.answer();
    });
    reader.addEventListener("error", () => this.refuse(wanted || "bundle", say("The file cannot be read.")));
    if (file.size > MOST_BYTES.file) this.refuse(wanted || "bundle", say("The file is too large for this page."));
    else reader.readAsArrayBuffer(file.slice(0, MOST_BYTES[wanted || "bundle"] + 1));
  }

  refuse(kind, why) {
    this.files[kind] = null;
    this.answer();
    this.showNames();
    this.one(`${kind}-name`).replaceChildren(...this.said(why));
    this.one("live").textContent = inWords(why, translation(this.language));
  }

  showNames() {
    for (const kind of KINDS) {
      const file = this.files[kind];
      this.one(`${kind}-name`).replaceChildren(...(file ? this.said(this.sized(file)) : []));
      this.one(`${kind}-drop`).classList.toggle("chosen", Boolean(file));
    }
  }

  sized(file) {
    return say("{name} ({size} bytes)", { name: file.name, size: { grouped: file.size } });
  }

  // Hold the bundle against the list; a list that is wrong is told before anything of the bundle is.
  answer() {
    const { bundle, keys } = this.files;
    this.answered = null;
    if (bundle && keys) {
      const now = Math.floor(Date.now() / 1000);
      this.answered = { now, ...this.decided(bundle.bytes, keys.bytes, now) };
    }
    this.show();
    if (this.answered) this.one("live").textContent = this.one("headline").textContent;
  }

  decided(bundle, keys, now) {
    const days = this.one("max-age").value;
    const asked = {
      latest: now + CLOCKS_DIFFER_S,
      maxAge: days === "" ? null : Math.floor(Number(days) * DAY_S),
      bothParties: this.one("both-parties").checked,
    };
    try {
      const verdict = verify(bundle, readKeys(keys), asked);
      const { file } = this.files;
      return { verdict: file ? withFile(verdict, file.name, file.sha256) : verdict };
    } catch (fault) {
      if (fault instanceof Fault) return { fault };
      throw fault;
    }
  }

  show() {
    this.one("result").hidden = !this.answered;
    this.one("waiting").hidden = Boolean(this.answered);
    if (!this.answered) return;
    const { verdict, fault } = this.answered;
    const held = Boolean(verdict && verdict.held);
    const headline = this.one("headline");
    headline.className = held ? "good" : "bad";
    headline.replaceChildren(...this.said(this.headline()));
    this.one("details").replaceChildren(...(verdict ? this.told(verdict) : this.toldFault(fault)), ...this.about());
  }

  headline() {
    const { verdict, fault } = this.answered;
    if (fault) return say("The list of keys cannot be used");
    return verdict.held ? say("ALL HELD") : say("NOT PROVED");
  }

  toldFault(fault) {
    const where = fault.where ? [this.element("p", { class: "value" }, this.said(fault.where))] : [];
    return [
      this.element("p", { class: "why" }, this.said(fault.saying)),
      ...where,
      this.element("p", {}, this.said(say("Mend the list, or take it from its source again. Nothing was checked."))),
    ];
  }

  // What was shown comes before what it proves; of a bundle that did not hold, the fault comes first.
  told(verdict) {
    const proved = [
      ...this.listed(say("This proves:"), verdict.proves),
      ...this.listed(say("It does not prove:"), verdict.provesNot),
    ];
    const checked = this.steps(verdict);
    if (!verdict.held) return [...checked, ...proved, ...this.witnesses(verdict)];
    const lead = verdict.steps.slice(0, 2).flatMap(({ words }) => [...this.said(words), " "]);
    return [this.element("p", { class: "lead" }, lead), ...this.fields(verdict), ...this.witnesses(verdict), ...proved, ...checked, ...this.prose(verdict)];
  }

  listed(title, sentences) {
    if (!sentences.length) return [];
    const items = sentences.map((one) => this.element("li", {}, this.said(one)));
    return [this.heading(title), this.element("ul", {}, items)];
  }

  fields(verdict) {
    const rows = verdict.bundle.openings.map((one) =>
      this.element("tr", {}, [
        this.element("th", { scope: "row" }, [this.outside(one.path)]),
        this.element("td", { class: "value" }, [this.outside(canonical(one.value))]),
      ]),
    );
    const shown = rows.length
      ? this.table([say("Field"), say("Value, as it was sealed")], rows)
      : this.element("p", {}, this.said(say("No field is shown.")));
    return [this.heading(say("Fields that are shown")), shown, this.element("p", {}, this.said(unopened(verdict)))];
  }

  // Many fields that held are folded away: a table says the same of them, or they are not what the reader must see.
  steps(verdict) {
    const fields = verdict.steps.filter((one) => one.held && one.step === "field");
    const folded = fields.length > MOST_UNFOLDED ? fields : [];
    const others = verdict.steps.filter((one) => !folded.includes(one));
    const list = (steps) => this.element("ul", { class: "steps" }, steps.map((one) => this.step(one)));
    if (!folded.length) return [this.heading(say("What was checked")), list(others)];
    const summary = this.element("summary", {}, this.said(say("{count} fields, each as it was sealed", { count: folded.length })));
    return [this.heading(say("What was checked")), list(others), this.element("details", {}, [summary, list(folded)])];
  }

  step(one) {
    const mark = this.element("span", { class: "mark" }, this.said(one.held ? say("✓ held") : say("✗ NOT HELD")));
    const why = one.held ? [] : [this.element("span", { class: "why" }, this.said(one.why))];
    return this.element("li", { class: one.held ? "good" : "bad" }, [mark, " ", ...this.said(one.words), ...why]);
  }

  witnesses(verdict) {
    const { stamp } = verdict;
    const said = stamp.held ? say("yes") : say("NO: {why}", { why: stamp.why });
    const line = this.element("p", {}, [
      this.element("strong", {}, this.said(say("Stamp of both parties:"))), " ", ...this.said(said),
    ]);
    const rows = (verdict.witnesses || []).map((one) =>
      this.element("tr", {}, [
        this.element("th", { scope: "row" }, [this.outside(one.name)]),
        this.element("td", one.when ? {} : { class: "none" }, this.said(one.when || say("did not cosign"))),
      ]),
    );
    const heads = [say("Witness of your list"), say("Says that he cosigned at")];
    return [this.heading(say("Who cosigned")), line, ...(rows.length ? [this.table(heads, rows)] : [])];
  }

  prose(verdict) {
    if (!verdict.bundle.prose) return [];
    const lines = verdict.bundle.prose.split("\n").map(asText).join("\n");
    return [
      this.heading(say("Words for reading, signed by nobody")),
      this.element("div", { class: "prose" }, [this.element("bdi", {}, [lines])]),
    ];
  }

  // What the answer rests on, so that a printed page can be held against the files.
  about() {
    const items = KINDS.filter((kind) => this.files[kind]).map((kind) => {
      const file = this.files[kind];
      const digest = this.element("span", { class: "hash" }, [file.sha256]);
      return this.element("li", {}, [...this.said(this.sized(file)), ", SHA-256 ", digest]);
    });
    const when = say("Checked at {when} by the clock of this computer; a witness may be five minutes ahead of it.", {
      when: moment(BigInt(this.answered.now)),
    });
    items.push(this.element("li", {}, this.said(when)));
    return [this.heading(say("What this answer rests on")), this.element("ul", {}, items)];
  }

  heading(title) {
    return this.element("h3", {}, this.said(title));
  }

  table(heads, rows) {
    const cells = heads.map((one) => this.element("th", { scope: "col" }, this.said(one)));
    return this.element("table", {}, [
      this.element("thead", {}, [this.element("tr", {}, cells)]),
      this.element("tbody", {}, rows),
    ]);
  }

  // A sentence in the reader's language; what was put into it stands apart, so that its direction changes no other.
  said(saying) {
    const whole = saying instanceof Saying ? saying : [saying];
    return pieces(whole, translation(this.language)).map((piece) =>
      "words" in piece ? piece.words : this.element("bdi", {}, [piece.value]),
    );
  }

  outside(words) {
    return this.element("bdi", {}, [asText(words)]);
  }

  element(name, attributes, children) {
    const made = this.root.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }
}

if (typeof document !== "undefined") {
  const wanted = (navigator.languages || []).map((one) => one.slice(0, 2)).find((one) => one in LANGUAGE_NAMES);
  new Page(document).start(wanted || "en");
}
