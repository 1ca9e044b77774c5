// Bytes and texts: UTF-8, base64 and decimals with exactly one spelling each, as truceline/ledger/encodings.py has them.
import { malformed } from "./sayings.mjs";

export const LARGEST_NUMBER = 2n ** 63n - 1n;
export const HASH_BYTES = 32;
const BASE64_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const DECIMAL = /^(?:0|[1-9][0-9]{0,18})$/;
const BLANK = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const LONE = /\p{Cs}/u;

export function utf8(text) {
  return new TextEncoder().encode(text);
}

export function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function sameBytes(one, other) {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}

export function hex(bytes) {
  return Array.from(bytes, (value) => value.toString(16).padStart(2, "0")).join("");
}

// The text of UTF-8 bytes, or null where they are not exact; a byte order mark is a character like others.
export function strictText(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

// As Python's "surrogateescape": a byte that is no UTF-8 becomes U+DC80 to U+DCFF, so that every byte stays apart.
export function opaqueText(bytes) {
  const parts = [];
  let at = 0;
  while (at < bytes.length) {
    const width = wholeCharacter(bytes, at);
    parts.push(width ? strictText(bytes.subarray(at, at + width)) : String.fromCharCode(0xdc00 + bytes[at]));
    at += width || 1;
  }
  return parts.join("");
}

function wholeCharacter(bytes, at) {
  if (bytes[at] < 0x80) {
    let end = at + 1;
    while (end < bytes.length && bytes[end] < 0x80) end += 1;
    return end - at;
  }
  for (const width of [2, 3, 4]) {
    if (at + width <= bytes.length && strictText(bytes.subarray(at, at + width)) !== null) return width;
  }
  return 0;
}

export function isWellFormed(text) {
  return !LONE.test(text);
}

export function isBlank(sign) {
  return BLANK.test(sign);
}

export function words(line) {
  return line.split(new RegExp(`${BLANK.source}+`)).filter((word) => word);
}

// At most 60 characters of what stands there, for an error.
export function shown(text) {
  const signs = Array.from(text);
  return signs.length <= 60 ? text : `${signs.slice(0, 57).join("")}...`;
}

export function base64Text(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const three = (bytes[at] << 16) | ((bytes[at + 1] || 0) << 8) | (bytes[at + 2] || 0);
    text += BASE64_SIGNS[three >> 18] + BASE64_SIGNS[(three >> 12) & 63];
    text += left > 1 ? BASE64_SIGNS[(three >> 6) & 63] : "=";
    text += left > 2 ? BASE64_SIGNS[three & 63] : "=";
  }
  return text;
}

export function base64Bytes(text, what) {
  if (!BASE64.test(text)) throw malformed("{what} is not exact base64", { what });
  const plain = text.replace(/=+$/, "");
  const bytes = new Uint8Array(Math.floor((plain.length * 3) / 4));
  let kept = 0;
  let bits = 0;
  let at = 0;
  for (const sign of plain) {
    kept = ((kept << 6) | BASE64_SIGNS.indexOf(sign)) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = (kept >> bits) & 255;
      at += 1;
    }
  }
  if (kept & ((1 << bits) - 1)) throw malformed("{what} is not exact base64", { what });
  return bytes;
}

export function hashBytes(text, what) {
  const bytes = base64Bytes(text, what);
  if (bytes.length !== HASH_BYTES) {
    throw malformed("{what} is {length} bytes long, not {needed}", { what, length: bytes.length, needed: HASH_BYTES });
  }
  return bytes;
}

export function decimal(text, what) {
  if (!DECIMAL.test(text) || BigInt(text) > LARGEST_NUMBER) {
    throw malformed("{what} {text} is not a decimal from 0 to {largest}", {
      what,
      text: { quoted: shown(text) },
      largest: String(LARGEST_NUMBER),
    });
  }
  return BigInt(text);
}
