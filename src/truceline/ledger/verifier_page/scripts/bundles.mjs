// Proof bundles and the sealed findings in them; nothing is believed here that was not sealed.
import { base64Bytes, hashBytes, hex, joined, utf8 } from "./bytes.mjs";
import { canonical, exactJson, isRecord } from "./exact_json.mjs";
import { parseProof } from "./notes.mjs";
import { malformed, say } from "./sayings.mjs";
import { sha256 } from "./sha2.mjs";

const BUNDLE_FORMAT = "truceline-proof-bundle/1";
const SEALED_FORMAT = "truceline-sealed-finding/1";
const MOST_BUNDLE_BYTES = 4000000;
const MOST_ENTRY_BYTES = 65535;
const MOST_OPENINGS = 1024;
const MOST_PROSE = 100000;
const ROUNDED_TO = 16;
const SALT_BYTES = 32;
const LABEL = "truceline field commitment 1";

export function readBundle(bytes) {
  if (bytes.length > MOST_BUNDLE_BYTES) throw malformed("the bundle is longer than 4,000,000 bytes");
  const told = exactJson(bytes, say("the bundle"));
  if (!isRecord(told) || told.format !== BUNDLE_FORMAT) {
    throw malformed("the file is no bundle of the format {format}", { format: { quoted: BUNDLE_FORMAT } });
  }
  if (keysOf(told, "prose") !== "entry format openings proof") {
    throw malformed("a bundle has the keys entry, format, openings, proof, and prose if there is any; no others");
  }
  const entry = utf8(textOf(told.entry, say("the entry")));
  if (entry.length > MOST_ENTRY_BYTES) throw malformed("the entry is longer than 65,535 bytes");
  const proof = parseProof(textOf(told.proof, say("the proof")));
  if (proof.extra.length) throw malformed("the proof carries extra data, which nobody signs");
  const prose = "prose" in told ? textOf(told.prose, say("the prose")) : "";
  if (prose.length > MOST_PROSE && Array.from(prose).length > MOST_PROSE) {
    throw malformed("the prose is longer than 100,000 characters");
  }
  return { entry, proof, prose, openings: openingsOf(told.openings) };
}

function keysOf(told, without = "") {
  return Object.keys(told)
    .filter((key) => key !== without)
    .sort()
    .join(" ");
}

function textOf(told, what) {
  if (typeof told !== "string" || !told) throw malformed("{what} is no text, or an empty one", { what });
  return told;
}

function openingsOf(told) {
  if (!Array.isArray(told) || told.length > MOST_OPENINGS) {
    throw malformed("the openings are a list of at most 1,024");
  }
  if (!told.every(isRecord)) throw malformed("an opening has a path, a salt and a value");
  return told.map((one) => {
    if (keysOf(one) !== "path salt value" || typeof one.path !== "string" || typeof one.salt !== "string") {
      throw malformed("an opening has a path, a salt and a value");
    }
    return { path: one.path, value: one.value, salt: base64Bytes(one.salt, say("the salt")) };
  });
}

export function readSealed(entry) {
  const told = exactJson(entry, say("the entry"));
  if (!isRecord(told) || keysOf(told) !== "commitments finding format" || told.format !== SEALED_FORMAT) {
    throw malformed("the entry is no sealed finding of this format");
  }
  const { finding, commitments } = told;
  if (typeof finding !== "string" || !finding || !Array.isArray(commitments)) {
    throw malformed("a sealed finding has a name and a list of commitments");
  }
  if (!commitments.every((one) => typeof one === "string")) throw malformed("a commitment is a text");
  const hashes = commitments.map((one) => hex(hashBytes(one, say("a commitment"))));
  const inOrder = hashes.every((one, at) => !at || hashes[at - 1] < one);
  if (!inOrder || !hashes.length || hashes.length % ROUNDED_TO) {
    throw malformed("commitments stand in order, each once, in a multiple of 16");
  }
  return { finding, commitments: new Set(hashes) };
}

function commitment(finding, one) {
  const parts = [utf8(finding), utf8(one.path), one.salt, utf8(canonical(one.value))];
  return sha256(joined(utf8(LABEL), ...parts.flatMap((part) => [lengthOf(part), part])));
}

function lengthOf(part) {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(4, part.length);
  return new Uint8Array(view.buffer);
}

export function checkOpening(sealed, one) {
  if (one.salt.length !== SALT_BYTES || !sealed.commitments.has(hex(commitment(sealed.finding, one)))) {
    throw malformed("the field {path} of {finding} as shown is not what was sealed", {
      path: { quoted: one.path },
      finding: { quoted: sealed.finding },
    });
  }
}
