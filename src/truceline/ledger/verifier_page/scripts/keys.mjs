// Keys that sign heads of the log, from the one-line texts in which they are handed over.
import { base64Bytes, base64Text, hex, isBlank, isWellFormed, joined, shown, utf8 } from "./bytes.mjs";
import { ed25519Holds, isWeak } from "./ed25519.mjs";
import { mldsa44Holds } from "./mldsa44.mjs";
import { malformed, say } from "./sayings.mjs";
import { sha256 } from "./sha2.mjs";

export const ED25519 = 1;
export const ED25519_COSIGNATURE = 4;
export const ML_DSA_44 = 6;
const SECRET = "PRIVATE+KEY+";
const PUBLIC_BYTES = { [ED25519]: 32, [ED25519_COSIGNATURE]: 32, [ML_DSA_44]: 1312 };
const ID = /^[0-9a-f]{8}$/;

export function isSecret(text) {
  return text.includes(SECRET);
}

export function checkKeyName(name) {
  const bad = (sign) => sign === "+" || isBlank(sign) || sign < " ";
  if (!name || !isWellFormed(name) || Array.from(name).some(bad)) {
    throw malformed("{name} cannot be the name of a key", { name: { quoted: name } });
  }
}

// A key: its name, way of signing, public bytes, id and whole line; two keys are one where their lines are equal.
export function verifierKey(line) {
  const { name, id, signing, bytes } = partsOf(line);
  checkKeyName(name);
  const quotedName = { quoted: name };
  if (bytes.length !== PUBLIC_BYTES[signing]) {
    throw malformed("the public key of {name} is {length} bytes long, not {needed}", {
      name: quotedName,
      length: bytes.length,
      needed: PUBLIC_BYTES[signing],
    });
  }
  if (signing !== ML_DSA_44 && isWeak(bytes)) {
    throw malformed("the public key of {name} is one under which anybody's signature can hold", { name: quotedName });
  }
  const typed = joined(Uint8Array.of(signing), bytes);
  const derived = hex(sha256(joined(utf8(`${name}\n`), typed)).subarray(0, 4));
  if (derived !== id) {
    throw malformed("the id {id} does not belong to the name and public key of {name}, which give {derived}", {
      id,
      name: quotedName,
      derived,
    });
  }
  return { name, signing, bytes, id, line: `${name}+${id}+${base64Text(typed)}` };
}

function partsOf(line) {
  const [name, id, ...rest] = line.split("+");
  if (!rest.length || !ID.test(id)) {
    throw malformed(
      "a public key is name, eight digits of id in lower case, and key, with plus signs between",
    );
  }
  const value = base64Bytes(rest.join("+"), say("the public key of {name}", { name: { quoted: name } }));
  if (!(value[0] in PUBLIC_BYTES)) {
    throw malformed("the public key of {name} is for an unknown way of signing, {signing}", {
      name: { quoted: name },
      signing: value.length ? hex(value.subarray(0, 1)) : say("none"),
    });
  }
  return { name, id, signing: value[0], bytes: value.subarray(1) };
}

export function samePublicKey(one, other) {
  return hex(one.bytes) === hex(other.bytes);
}

export function bareSignatureHolds(key, message, signature) {
  return key.signing === ML_DSA_44
    ? mldsa44Holds(key.bytes, message, signature)
    : ed25519Holds(key.bytes, message, signature);
}

export function shownLine(line) {
  return shown(line.replace(/[\udc80-\udcff]/g, (sign, at) => (isWellFormed(line[at - 1] + sign) ? sign : "?")));
}
