// Signed notes, the heads of a log in them, and the way from an entry to the root: C2SP's formats, read exactly.
import { base64Bytes, decimal, hashBytes, hex, sameBytes, shown, utf8 } from "./bytes.mjs";
import { checkKeyName } from "./keys.mjs";
import { malformed, say } from "./sayings.mjs";
import { sha256 } from "./sha2.mjs";

const MOST_BYTES = 1000000;
const MOST_SIGNATURES = 100;
const MOST_HASHES = 63;
const KEY_ID_BYTES = 4;
const DASH = "\u2014 ";
const FIRST_LINE = "c2sp.org/tlog-proof@v1";
const [EXTRA, INDEX] = ["extra ", "index "];
const CONTROL = /[\x00-\x09\x0b-\x1f]/;

function checkCharacters(text, what) {
  const found = CONTROL.exec(text);
  if (!found) return;
  const sign = `U+${found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  throw malformed("{what} holds the control character {sign}", { what, sign });
}

export function parseNote(whole) {
  if (utf8(whole).length > MOST_BYTES) throw malformed("the note is longer than 1,000,000 bytes");
  checkCharacters(whole, say("the note"));
  const at = whole.lastIndexOf("\n\n");
  if (at < 1) throw malformed("no empty line divides a text from its signatures");
  return { text: `${whole.slice(0, at)}\n`, signatures: signatureLines(whole.slice(at + 2)) };
}

function signatureLines(below) {
  if (!below.endsWith("\n")) throw malformed("the signatures do not end with a line end");
  const lines = below.slice(0, -1).split("\n");
  if (lines.length > MOST_SIGNATURES) {
    throw malformed("there are {count} signatures where at most 100 are read", { count: lines.length });
  }
  return lines.map(signature);
}

function signature(line) {
  const parts = (line.startsWith(DASH) ? line.slice(DASH.length) : line).split(" ");
  if (!line.startsWith(DASH) || parts.length !== 2) {
    throw malformed("this is no signature line: {line}", { line: { quoted: shown(line) } });
  }
  const [name, encoded] = parts;
  checkKeyName(name);
  const value = base64Bytes(encoded, say("the signature of {name}", { name: { quoted: name } }));
  if (value.length <= KEY_ID_BYTES) {
    throw malformed("a signature of {name} has no bytes beyond its key id", { name: { quoted: name } });
  }
  return { name, id: hex(value.subarray(0, KEY_ID_BYTES)), value: value.subarray(KEY_ID_BYTES) };
}

export function parseCheckpoint(text) {
  const lines = text.slice(0, -1).split("\n");
  if (lines.length < 3) {
    throw malformed("a checkpoint has at least three lines; here are {count}", { count: lines.length });
  }
  const [origin, sizeText, rootText, ...extensions] = lines;
  const size = decimal(sizeText, say("the tree size"));
  const root = hashBytes(rootText, say("the root hash"));
  for (const line of [origin, ...extensions]) {
    if (!line) {
      throw malformed("the name of the log and each extension must be one line that is not empty");
    }
  }
  if (size === 0n && !sameBytes(root, sha256(new Uint8Array()))) {
    throw malformed("a log of no entries has the root of no entries, and this is another");
  }
  return { origin, size, root };
}

export function parseProof(text) {
  if (utf8(text).length > MOST_BYTES) throw malformed("the proof is longer than 1,000,000 bytes");
  if (!text.startsWith(`${FIRST_LINE}\n`)) {
    throw malformed("the first line is not {line}", { line: { quoted: FIRST_LINE } });
  }
  const at = text.indexOf("\n\n");
  const above = at < 0 ? text : text.slice(0, at);
  if (/[^\x00-\x7f]/.test(above)) throw malformed("what stands above the checkpoint is not ASCII");
  const lines = above.split("\n").slice(1);
  const extra = extraData(lines);
  const { index, hashes } = wayOf(lines);
  if (at < 0) throw malformed("no empty line divides the proof from its checkpoint");
  const note = parseNote(text.slice(at + 2));
  return { index, hashes, note, head: parseCheckpoint(note.text), extra };
}

function extraData(lines) {
  if (!lines.length || !lines[0].startsWith(EXTRA)) return new Uint8Array();
  const extra = base64Bytes(lines.shift().slice(EXTRA.length), say("the extra data"));
  if (!extra.length) throw malformed("the line of extra data is empty; without extra data there is none");
  return extra;
}

function wayOf(lines) {
  if (!lines.length || !lines[0].startsWith(INDEX)) {
    throw malformed("a line with the index is missing where {line} stands", {
      line: { quoted: lines.length ? shown(lines[0]) : "nothing" },
    });
  }
  const index = decimal(lines.shift().slice(INDEX.length), say("the index"));
  if (lines.length > MOST_HASHES) {
    throw malformed("there are {count} hashes where no proof has more than 63", { count: lines.length });
  }
  return { index, hashes: lines.map((line) => hashBytes(line, say("a hash of the proof"))) };
}
