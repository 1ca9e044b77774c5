// Canonical JSON (RFC 8785): a value is read from the one way to write it, and from no other.
import { isWellFormed, sameBytes, strictText, utf8 } from "./bytes.mjs";
import { malformed } from "./sayings.mjs";

const MOST_DEEP = 32;
const MOST_DIGITS = 4000;
const WHOLE = /^-?[0-9]+$/;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const FIRST_OF_NUMBER = new Set(Array.from("0123456789-", (sign) => sign.charCodeAt(0)));
const NUMBER = new Set(Array.from("0123456789+-.eE", (sign) => sign.charCodeAt(0)));

export function exactJson(bytes, what) {
  const { deep, numbers } = scanned(bytes);
  if (deep > MOST_DEEP) throw malformed("more than 32 brackets stand within each other");
  const value = parsed(bytes, numbers);
  if (value === undefined) throw malformed("{what} is no JSON that can be read in one way only", { what });
  if (!sameBytes(utf8(canonical(value)), bytes)) {
    throw malformed("{what} is not in the one canonical form of RFC 8785", { what });
  }
  return value;
}

export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isRecord(value)) {
    const members = Object.keys(value).sort();
    return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

export function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(bytes, numbers) {
  const text = strictText(bytes);
  if (text === null || numbers.some(isTooWide)) return undefined;
  try {
    const value = JSON.parse(text);
    return hasLoneSurrogate(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

// Whether other readers would not all come to the same number: a whole one from 2^53 on, or one beyond all numbers.
function isTooWide(number) {
  if (!WHOLE.test(number)) return !Number.isFinite(Number(number));
  return number.length > 17 || !Number.isSafeInteger(Number(number));
}

function hasLoneSurrogate(value) {
  if (typeof value === "string") return !isWellFormed(value);
  if (Array.isArray(value)) return value.some(hasLoneSurrogate);
  if (isRecord(value)) return Object.keys(value).some((key) => hasLoneSurrogate(key) || hasLoneSurrogate(value[key]));
  return false;
}

// How many brackets stand within each other, and all numbers, outside texts.
function scanned(bytes) {
  const numbers = [];
  let [deep, now, at] = [0, 0, 0];
  while (at < bytes.length) {
    const byte = bytes[at];
    at += 1;
    if (byte === QUOTE) {
      at = afterText(bytes, at);
    } else if (OPENING.has(byte)) {
      now += 1;
      deep = Math.max(deep, now);
    } else if (CLOSING.has(byte)) {
      now -= 1;
    } else if (FIRST_OF_NUMBER.has(byte)) {
      const start = at - 1;
      while (NUMBER.has(bytes[at])) at += 1;
      numbers.push(String.fromCharCode(...bytes.subarray(start, Math.min(at, start + MOST_DIGITS))));
    }
  }
  return { deep, numbers };
}

function afterText(bytes, start) {
  let at = start;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}
