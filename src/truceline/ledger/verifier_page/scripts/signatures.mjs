// Who signed a head, and when they say they did.
import { hex, joined, LARGEST_NUMBER, utf8 } from "./bytes.mjs";
import { bareSignatureHolds, ED25519, ED25519_COSIGNATURE, ML_DSA_44 } from "./keys.mjs";
import { malformed } from "./sayings.mjs";

const TIME_BYTES = 8;
const MOST_KEPT = 200;
const found = new Map();
const BARE_BYTES = { [ED25519]: 64, [ED25519_COSIGNATURE]: 64, [ML_DSA_44]: 2420 };

function eightBytes(value) {
  return Uint8Array.from({ length: 8 }, (_, at) => Number((value >> BigInt(56 - 8 * at)) & 255n));
}

// The time a signature states in seconds since 1970; null for a plain one, or one of a wrong length or time.
function statedTime(key, value) {
  if (key.signing === ED25519 || value.length !== TIME_BYTES + BARE_BYTES[key.signing]) return null;
  const time = value.subarray(0, TIME_BYTES).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return time <= LARGEST_NUMBER ? time : null;
}

function holds(key, note, head, value) {
  if (key.signing === ED25519) return bareSignatureHolds(key, utf8(note.text), value);
  const time = statedTime(key, value);
  if (time === null) return false;
  const message =
    key.signing === ML_DSA_44
      ? structure(key.name, head, time)
      : utf8(`cosignature/v1\ntime ${time}\n${note.text}`);
  return bareSignatureHolds(key, message, value.subarray(TIME_BYTES));
}

// One signature is asked for several times while a verdict is found; what was found is kept under all it hangs on.
function remembered(key, note, head, value) {
  const asked = JSON.stringify([key.line, note.text, hex(value)]);
  if (!found.has(asked)) {
    if (found.size >= MOST_KEPT) found.clear();
    found.set(asked, holds(key, note, head, value));
  }
  return found.get(asked);
}

// The bytes that ML-DSA-44 signs: label, name of the signer, time, name of the log, range, root.
function structure(name, head, time) {
  const [signer, origin] = [utf8(name), utf8(head.origin)];
  if (![signer, origin].every((one) => one.length >= 1 && one.length <= 255)) {
    throw malformed("names of 1 to 255 bytes and a root of 32 bytes can be signed");
  }
  const named = (one) => joined(Uint8Array.of(one.length), one);
  const range = joined(eightBytes(0n), eightBytes(head.size));
  return joined(utf8("subtree/v1\n\0"), named(signer), eightBytes(time), named(origin), range, head.root);
}

// The keys of logs and of witnesses whose signatures hold, each with its time; faults for everything that does not.
export function openCheckpoint({ note, head }, logKeys, witnessKeys, latest) {
  const keys = new Map([...logKeys, ...witnessKeys].map((key) => [`${key.name} ${key.id}`, key]));
  const signers = new Map();
  for (const one of note.signatures) {
    const key = keys.get(`${one.name} ${one.id}`);
    if (!key) continue;
    if (!remembered(key, note, head, one.value)) {
      throw malformed("the signature of {name} does not hold", { name: { quoted: one.name } });
    }
    const times = [signers.get(key.line)?.time ?? null, statedTime(key, one.value)].filter((time) => time !== null);
    signers.set(key.line, { key, time: times.length ? times.reduce((a, b) => (a > b ? a : b)) : null });
  }
  checkSigners([...signers.values()], head, logKeys, latest);
  const of = (some) => [...signers.values()].filter(({ key }) => some.some((other) => other.line === key.line));
  return { log: of(logKeys), witnesses: of(witnessKeys) };
}

function checkSigners(signers, head, logKeys, latest) {
  if (!signers.length) throw malformed("no key that is trusted here signed this note");
  if (!signers.some(({ key }) => logKeys.some((log) => log.line === key.line))) {
    throw malformed("no key of the log {origin} that is trusted here signed this checkpoint", {
      origin: { quoted: head.origin },
    });
  }
  const early = signers.find(({ time }) => time !== null && time > latest);
  if (early) {
    throw malformed("{name} states that it signed at {time}, after {latest}, the latest that can be", {
      name: { quoted: early.key.name },
      time: early.time,
      latest,
    });
  }
}
