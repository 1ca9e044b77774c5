// Sayings: a sentence of the catalogue and what is put into its places, so that it can be said in any language.
//
// A value is a text or number as it stands, {quoted: text} for a name shown as Python shows it, {grouped: number} for
// one whose thousands are kept apart, a saying, or a list of these. Sentences here are word for word those of the Python verifier; a test holds the two against each other.

export class Saying {
  constructor(template, values = {}) {
    this.template = template;
    this.values = values;
  }
}

export function say(template, values = {}) {
  return new Saying(template, values);
}

export class Fault extends Error {
  constructor(saying) {
    super(inEnglish(saying));
    this.saying = saying;
    this.where = "";
  }
}

// A record that is not in its form, or that proves nothing: both mean that it must not be relied on.
export function malformed(template, values = {}) {
  return new Fault(say(template, values));
}

const UNSHOWN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}<>&]/gu;
const UNPRINTED = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]/u;

// Words from outside, with what could reorder, hide or be run written as its number.
export function asText(words) {
  return words.replace(UNSHOWN, (sign) => {
    const point = sign.codePointAt(0);
    return point < 0x10000 ? `\\u${digits(point, 4)}` : `\\U${digits(point, 8)}`;
  });
}

// A text as Python's repr() writes it.
export function quoted(text) {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  return mark + Array.from(text, (sign) => quotedSign(sign, mark)).join("") + mark;
}

function quotedSign(sign, mark) {
  const short = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" }[sign];
  if (short || sign === mark) return short || `\\${mark}`;
  if (sign === " " || !UNPRINTED.test(sign)) return sign;
  const point = sign.codePointAt(0);
  if (point < 0x100) return `\\x${digits(point, 2)}`;
  return point < 0x10000 ? `\\u${digits(point, 4)}` : `\\U${digits(point, 8)}`;
}

function digits(point, count) {
  return point.toString(16).padStart(count, "0");
}

// A saying as pieces in a language: {words} of the sentence itself, {value} of what was put in, safe to show.
export function pieces(saying, translate) {
  if (saying instanceof Saying) {
    return translate(saying.template)
      .split(/(\{\w+\})/)
      .filter((part) => part)
      .flatMap((part) => {
        const name = /^\{(\w+)\}$/.exec(part);
        return name ? pieces(saying.values[name[1]], translate) : [{ words: part }];
      });
  }
  if (Array.isArray(saying)) return saying.flatMap((one) => pieces(one, translate));
  const plain = typeof saying === "object" ? inFigures(saying, translate) : String(saying);
  return plain ? [{ value: asText(plain) }] : [];
}

function inFigures(value, translate) {
  if ("quoted" in value) return quoted(value.quoted);
  return String(value.grouped).replace(/\B(?=(?:\d{3})+$)/g, translate(","));
}

export function inWords(saying, translate) {
  return pieces(saying, translate)
    .map((piece) => ("words" in piece ? piece.words : piece.value))
    .join("");
}

export function inEnglish(saying) {
  return inWords(saying, (template) => template);
}
