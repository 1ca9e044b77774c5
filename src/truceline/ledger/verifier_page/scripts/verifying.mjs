// A proof bundle held against a list of keys, step by step: the same steps, in the same words, as `truceline verify`.
import { checkOpening, readBundle, readSealed } from "./bundles.mjs";
import { canonical } from "./exact_json.mjs";
import { checkInclusion, includes, leafHash } from "./merkle.mjs";
import { asksForWitnesses, isFulfilled } from "./policies.mjs";
import { Fault, say } from "./sayings.mjs";
import { openCheckpoint } from "./signatures.mjs";

const DAY_S = 86400;
const LAST_SECOND = 253402300799n;

// `asked` has latest (seconds since 1970), maxAge (seconds, or null) and bothParties.
export function verify(bytes, keys, asked) {
  const whole = { ...asked, latest: BigInt(asked.latest) };
  let bundle;
  try {
    bundle = readBundle(bytes);
  } catch (fault) {
    const unread = step("bundle", say("The file is a proof bundle."), reason(fault));
    return verdictOf([unread], stampOf(keys, null), null, whole, keys);
  }
  const steps = [];
  const sealed = entryStep(bundle, steps);
  steps.push(placeStep(bundle));
  const signed = signatureSteps(bundle, keys.policy, whole.latest, steps);
  steps.push(quorumStep(bundle, keys.policy, signed));
  if (whole.maxAge !== null) steps.push(ageStep(keys.policy, signed, whole));
  steps.push(...fieldSteps(sealed, bundle.openings));
  const stamp = stampOf(keys, signed);
  if (whole.bothParties) steps.push(stamp);
  const verdict = verdictOf(steps, stamp, bundle, whole, keys);
  const witnesses = signed && keys.policy.witnesses.map((one) => witnessOf(one, signed));
  return { ...verdict, commitments: sealed ? sealed.commitments.size : 0, witnesses };
}

function step(name, words, why = null) {
  return { step: name, words, held: why === null, why };
}

function reason(fault) {
  if (fault instanceof Fault) return fault.saying;
  throw fault;
}

// Why a check did not hold; null if it did.
function whyNot(check) {
  try {
    check();
    return null;
  } catch (fault) {
    return reason(fault);
  }
}

function entryStep(bundle, steps) {
  try {
    const sealed = readSealed(bundle.entry);
    steps.push(step("entry", say("The entry is the sealed finding '{finding}'.", { finding: sealed.finding })));
    return sealed;
  } catch (fault) {
    steps.push(step("entry", say("The entry is a sealed finding."), reason(fault)));
    return null;
  }
}

function placeStep({ entry, proof }) {
  const { index, hashes, head } = proof;
  const words = say(
    "It stands as number {index} (counted from 0) among the {size} entries of the log '{origin}'.",
    { index, size: { grouped: head.size }, origin: head.origin },
  );
  const leaf = leafHash(entry);
  const why = whyNot(() => checkInclusion(leaf, index, head.size, hashes, head.root));
  if (includes(leaf, index, head.size, hashes, head.root) !== (why === null)) {
    return step("place", words, say("two checks that share no code came to different answers: report this"));
  }
  return step("place", words, why);
}

// Who signed the head; null unless each signature of a key on the list holds and states no later time.
function signatureSteps({ proof }, policy, latest, steps) {
  const logs = policy.logs.filter((key) => key.name === proof.head.origin);
  const byLog = say("The log '{origin}' signed the head over these entries.", { origin: proof.head.origin });
  const why = whyNot(() => openCheckpoint(proof, logs, [], latest));
  steps.push(step("log", byLog, why));
  if (why) return null;
  try {
    const signed = openCheckpoint(proof, logs, policy.witnesses.map((one) => one.key), latest);
    steps.push(step("witnesses", say("The head was cosigned by {who}.", { who: cosignersOf(policy, signed) })));
    return signed;
  } catch (fault) {
    steps.push(step("witnesses", say("The cosignatures of the witnesses hold."), reason(fault)));
    return null;
  }
}

function signerOf(witness, signed) {
  return signed.witnesses.find(({ key }) => key.line === witness.key.line);
}

function cosignersOf(policy, signed) {
  const told = policy.witnesses
    .filter((one) => signerOf(one, signed))
    .map((one) => say("{name} ({when})", { name: one.name, when: moment(signerOf(one, signed).time) }));
  return told.length ? told.flatMap((one, at) => (at ? [say(", "), one] : [one])) : say("no witness of the list");
}

// A witness of the list and when he says he cosigned; null where he did not.
function witnessOf(witness, signed) {
  const signer = signerOf(witness, signed);
  return { name: witness.name, when: signer ? moment(signer.time) : null };
}

// A stated time in UTC, to the second.
export function moment(time) {
  if (!time) return say("a time not stated");
  if (time > LAST_SECOND) return say("second {time} since 1970", { time });
  return `${new Date(Number(time) * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function namesSince(policy, signed, time) {
  return policy.witnesses.map((one) => [one.name, signerOf(one, signed)])
    .filter(([, signer]) => signer && (time === null || (signer.time && signer.time >= time)))
    .map(([name]) => name);
}

function quorumStep({ entry, proof }, policy, signed) {
  const words = asksForWitnesses(policy)
    ? say("Those are enough by the list of keys: quorum '{quorum}'.", { quorum: policy.quorum })
    : say("Those are enough by the list of keys: no witness is asked for.");
  if (signed === null) return step("quorum", words, say("signatures under the head do not hold"));
  if (!isFulfilled(policy, namesSince(policy, signed, null))) {
    const quorum = { quoted: policy.quorum };
    return step("quorum", words, say("the witnesses who cosigned are not the quorum {quorum}", { quorum }));
  }
  const { index, hashes, head } = proof;
  return step("quorum", words, whyNot(() => checkInclusion(leafHash(entry), index, head.size, hashes, head.root)));
}

function ageStep(policy, signed, { latest, maxAge }) {
  const words = say("The head is at most {days} days old.", { days: sixDigits(maxAge / DAY_S) });
  const time = signed === null ? null : headTime(policy, signed);
  if (time === null) return step("age", words, say("nobody whose signature holds states when"));
  const late = say("enough signatures for the list of keys are of {when}", { when: moment(time) });
  return step("age", words, latest - time <= BigInt(maxAge) ? null : late);
}

// When enough witnesses last said that this was the newest head; without a quorum, when anybody did.
function headTime(policy, signed) {
  const asks = asksForWitnesses(policy);
  const signers = asks ? signed.witnesses : [...signed.witnesses, ...signed.log];
  const times = signers.map(({ time }) => time).filter((time) => time);
  times.sort((one, other) => (one < other ? 1 : -1));
  const found = asks ? times.find((time) => isFulfilled(policy, namesSince(policy, signed, time))) : times[0];
  return found === undefined ? null : found;
}

function fieldSteps(sealed, openings) {
  const seen = new Set();
  return openings.map((one) => {
    const words = say("The field {path} is what was sealed: {value}", { path: one.path, value: canonical(one.value) });
    const twice = seen.has(one.path);
    seen.add(one.path);
    if (sealed === null) return step("field", words, say("there is no sealed finding to hold it against"));
    if (twice) return step("field", words, say("it is shown twice"));
    return step("field", words, whyNot(() => checkOpening(sealed, one)));
  });
}

function stampOf({ policy, parties }, signed) {
  const words = say("Both parties cosigned the head.");
  if (!parties.length) {
    return step("both-parties", words, say("the list of keys does not say which witnesses are the parties"));
  }
  const cosigned = signed === null ? [] : namesSince(policy, signed, null);
  const missing = parties.filter((name) => !cosigned.includes(name));
  const names = missing.flatMap((name, at) => (at ? [say(", "), name] : [name]));
  const why = say("no cosignature that holds is there of {names}", { names });
  return step("both-parties", words, missing.length ? why : null);
}

// The same with one more step: a file in hand is the one whose SHA-256 the bundle shows as "/sha256".
export function withFile(verdict, name, sha256) {
  const words = say("The file '{name}' is the one whose hash was sealed.", { name });
  const shown = verdict.bundle ? verdict.bundle.openings.filter(({ path }) => path === "/sha256") : [];
  const same = shown.length === 1 && shown[0].value === sha256;
  const other = shown.length ? say("it is another file, or was changed") : say("the bundle shows no hash of a file");
  const steps = [...verdict.steps, step("file", words, same ? null : other)];
  return same ? { ...verdict, steps } : { ...verdict, steps, held: false, proves: nothing(), provesNot: [] };
}

function nothing() {
  return [say("Nothing. Something did not hold, so rely on no part of this bundle; keep it as it is.")];
}

function verdictOf(steps, stamp, bundle, asked, { policy }) {
  const held = steps.every((one) => one.held);
  if (!held) {
    return { steps, stamp, bundle, held, proves: nothing(), provesNot: [], commitments: 0, witnesses: null };
  }
  const none = !asksForWitnesses(policy);
  const proves = [
    say("The mission entered this finding, its fields sealed, in its log and signed that log's head."),
    bundle.openings.length && say("The fields shown above are exactly those that were sealed then."),
    !none && say("The witnesses named above say that they saw this log, and that it had only grown, at the times they state."),
  ];
  const provesNot = [
    say("That the finding is true: what is proved is that it was said, not that it happened."),
    say("What stands in fields that are not shown, how many there are, or why they are withheld."),
    say("That the keys belong to those they name: compare the list of keys with each holder, by another way."),
    say("That log and witnesses do not deceive together, or that their clocks are right."),
    say("That this finding was not corrected by a later one: ask the mission, or read the log."),
    none && say("That others are shown the same log: this list of keys asks for no witness."),
    asked.maxAge === null && say("That the head is recent: no greatest age was asked for."),
    bundle.prose && say("The words for reading in the bundle: nobody signed them."),
  ];
  const said = (sentences) => sentences.filter((one) => one);
  return { steps, stamp, bundle, held, proves: said(proves), provesNot: said(provesNot), commitments: 0, witnesses: null };
}

// What is said of the fields that are not shown; null where nothing is proved.
export function unopened(verdict) {
  if (!verdict.held) return null;
  const opened = verdict.bundle.openings.length;
  return say(
    "Of the {all} commitments in the entry {opened} are opened. The other {rest} are fields kept sealed, fields redacted for good, and fillers; from outside nobody can tell them apart.",
    { all: verdict.commitments, opened, rest: verdict.commitments - opened },
  );
}

// A number as C's "%g" writes it.
function sixDigits(value) {
  if (value === 0) return "0";
  const [digits, exponent] = value.toExponential(5).split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(`${digits}e${exponent}`));
  const sign = power < 0 ? "-" : "+";
  return `${Number(digits)}e${sign}${String(Math.abs(power)).padStart(2, "0")}`;
}
