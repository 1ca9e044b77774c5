// Runs the script of a built verify.html over cases, as a browser would, and prints what it says of each.
// usage: node run_verifier_page.mjs verify.html cases.json
import { readFileSync } from "node:fs";
import vm from "node:vm";

const [page, cases] = process.argv.slice(2).map((path) => readFileSync(path, "utf8"));
const script = page.slice(page.indexOf("<script>") + 8, page.lastIndexOf("</script>"));
const world = vm.createContext({ TextEncoder, TextDecoder });
vm.runInContext(script, world);
const { readKeys, verify, withFile, unopened, inWords, translation, Fault, primitives } = world.truceline;

const Bytes = vm.runInContext("Uint8Array", world);
const bytes = (text) => new Bytes(Buffer.from(text, "base64"));

function decided(one) {
  const told = (saying) => (saying ? inWords(saying, translation(one.language || "en")) : "");
  const step = ({ step: name, words, held, why }) => ({ step: name, words: told(words), held, why: told(why) });
  try {
    const found = verify(bytes(one.bundle), readKeys(bytes(one.keys)), one.asked);
    const verdict = one.file ? withFile(found, ...one.file) : found;
    return {
      held: verdict.held,
      steps: verdict.steps.map(step),
      stamp: step(verdict.stamp),
      proves: verdict.proves.map(told),
      proves_not: verdict.provesNot.map(told),
      commitments: verdict.commitments,
      unopened: told(unopened(verdict)),
    };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { fault: told(fault.saying), where: told(fault.where) };
  }
}

const runs = { decided, primitive: ({ name, parts }) => primitives[name](...parts.map(bytes)) };
process.stdout.write(JSON.stringify(JSON.parse(cases).map((one) => runs[one.run || "decided"](one))));
