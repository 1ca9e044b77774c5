// The reader's list of keys: a C2SP tlog-policy, and which two of its witnesses are the parties.
import { decimal, opaqueText, shown, words } from "./bytes.mjs";
import { ED25519, isSecret, samePublicKey, shownLine, verifierKey } from "./keys.mjs";
import { Fault, malformed, say } from "./sayings.mjs";

const MOST_BYTES = 1000000;
const NONE = "none";
const PARTIES = "#parties";
const FORMS = {
  log: { least: 1, most: 2, form: "log KEY [URL]", take: takeLog },
  witness: { least: 2, most: 3, form: "witness NAME KEY [URL]", take: takeWitness },
  group: { least: 3, most: Infinity, form: "group NAME K|all|any NAME...", take: takeGroup },
  quorum: { least: 1, most: 1, form: "quorum NAME|none", take: takeQuorum },
};

export function readKeys(bytes) {
  const policy = parsePolicy(bytes);
  for (const witness of policy.witnesses) {
    if (policy.logs.some((log) => samePublicKey(witness.key, log))) {
      throw malformed("the witness {name} has the public key of a log: a log cannot be its own witness", {
        name: { quoted: witness.name },
      });
    }
  }
  refuseOneLabel([...policy.logs, ...policy.witnesses.map((one) => one.key)]);
  return { policy, parties: partiesOf(bytes, policy) };
}

function refuseOneLabel(keys) {
  keys.forEach((one, at) => {
    const twin = keys.slice(0, at).find((other) => one.name === other.name && one.id === other.id);
    if (twin && twin.line !== one.line) {
      throw malformed("two keys of {name} share the id {id}", { name: { quoted: one.name }, id: one.id });
    }
  });
}

function partiesOf(bytes, policy) {
  const lines = opaqueText(bytes).split("\n").map(words);
  const told = lines.filter((line) => line[0] === PARTIES).map((line) => line.slice(1));
  if (!told.length) return [];
  if (told.length > 1 || told[0].length !== 2 || told[0][0] === told[0][1]) {
    throw malformed("the line #parties stands once and names two witnesses");
  }
  if (!told[0].every((name) => policy.witnesses.some((one) => one.name === name))) {
    throw malformed("a party on the line #parties is no witness of the list");
  }
  return told[0];
}

function parsePolicy(bytes) {
  if (bytes.length > MOST_BYTES) throw malformed("the policy is longer than 1,000,000 bytes");
  const control = bytes.find((byte) => byte === 127 || (byte < 32 && byte !== 9 && byte !== 10));
  if (control !== undefined) {
    const sign = `U+${control.toString(16).toUpperCase().padStart(4, "0")}`;
    throw malformed("the policy holds the control character {sign}", { sign });
  }
  const policy = { logs: [], witnesses: [], groups: [], quorum: "" };
  opaqueText(bytes)
    .split("\n")
    .forEach((line, at) => takeLine(policy, line, at + 1));
  if (!policy.quorum) throw malformed("the policy has no quorum");
  return policy;
}

function takeLine(policy, line, number) {
  const [keyword, ...rest] = line.split(/[ \t]+/).filter((word) => word);
  if (keyword === undefined || keyword.startsWith("#")) return;
  if (isSecret(line)) throw malformed("line {number} of the policy holds a secret key", { number });
  try {
    takeWords(policy, keyword, rest);
  } catch (fault) {
    if (fault instanceof Fault) fault.where = say("line {number}: {line}", { number, line: shownLine(line) });
    throw fault;
  }
}

function takeWords(policy, keyword, rest) {
  if (!Object.keys(FORMS).includes(keyword)) {
    throw malformed("{word} is none of log, witness, group and quorum", { word: { quoted: shown(keyword) } });
  }
  const { least, most, form, take } = FORMS[keyword];
  if (rest.length < least || rest.length > most) {
    throw malformed("{count} words follow where the form is: {form}", { count: rest.length, form });
  }
  take(policy, rest);
}

function takeLog(policy, [line]) {
  const key = verifierKey(line);
  const twin = policy.logs.find((other) => samePublicKey(key, other));
  if (twin) {
    throw malformed("two log lines have one public key, under the names {one} and {other}", bothNames(twin, key));
  }
  policy.logs.push(key);
}

function takeWitness(policy, [name, line]) {
  refuseTaken(policy, name);
  const key = verifierKey(line);
  if (key.signing === ED25519) {
    throw malformed("the key of the witness {name} signs notes, not heads with a time", { name: { quoted: name } });
  }
  const twin = policy.witnesses.find((other) => samePublicKey(key, other.key));
  if (twin) {
    throw malformed("two witness lines have one public key, under the names {one} and {other}", bothNames(twin.key, key));
  }
  policy.witnesses.push({ name, key });
}

function bothNames(one, other) {
  return { one: { quoted: one.name }, other: { quoted: other.name } };
}

function takeGroup(policy, [name, least, ...members]) {
  refuseTaken(policy, name);
  const taken = new Set(policy.groups.flatMap((group) => group.members));
  members.forEach((member, at) => {
    refuseUnknown(policy, member);
    if (taken.has(member) || members.indexOf(member) < at) {
      throw malformed("{name} is a member already; whoever counts twice is not two", { name: { quoted: member } });
    }
  });
  const words = { all: BigInt(members.length), any: 1n };
  const number = ["all", "any"].includes(least) ? words[least] : decimal(least, say("the number of members needed"));
  if (number < 1n || number > BigInt(members.length)) {
    throw malformed("{number} of {all} members cannot be asked for", { number, all: members.length });
  }
  policy.groups.push({ name, least: Number(number), members });
}

function takeQuorum(policy, [name]) {
  if (policy.quorum) throw malformed("there is a quorum already, and there may be only one");
  if (name !== NONE) refuseUnknown(policy, name);
  policy.quorum = name;
}

function isNamed(policy, name) {
  return [...policy.witnesses, ...policy.groups].some((one) => one.name === name);
}

function refuseTaken(policy, name) {
  if (name === NONE || isNamed(policy, name)) throw malformed("the name {name} is taken", { name: { quoted: name } });
}

function refuseUnknown(policy, name) {
  if (!isNamed(policy, name)) {
    throw malformed("no witness or group {name} stands on a line above", { name: { quoted: name } });
  }
}

export function asksForWitnesses(policy) {
  return policy.quorum !== NONE;
}

export function isFulfilled(policy, names) {
  if (!asksForWitnesses(policy)) return true;
  const witnessed = new Set(policy.witnesses.map((one) => one.name).filter((name) => names.includes(name)));
  for (const group of policy.groups) {
    if (group.members.filter((name) => witnessed.has(name)).length >= group.least) witnessed.add(group.name);
  }
  return witnessed.has(policy.quorum);
}
