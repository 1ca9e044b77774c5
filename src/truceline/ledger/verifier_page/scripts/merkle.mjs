// Whether an entry stands at its place under a root, by two roads: step by step, and by RFC 6962's own definition.
import { joined, LARGEST_NUMBER, sameBytes } from "./bytes.mjs";
import { malformed } from "./sayings.mjs";
import { sha256 } from "./sha2.mjs";

export function leafHash(entry) {
  return sha256(joined(Uint8Array.of(0), entry));
}

function nodeHash(left, right) {
  return sha256(joined(Uint8Array.of(1), left, right));
}

export function checkInclusion(leaf, index, size, proof, root) {
  if (!(index < size && size <= LARGEST_NUMBER)) {
    throw malformed("a tree of {size} has no entry {index}", { size, index });
  }
  const sides = sidesOf(index, size - 1n);
  if (proof.length !== sides.length) {
    throw malformed("the proof has {count} hashes where {needed} are needed", {
      count: proof.length,
      needed: sides.length,
    });
  }
  const reached = sides.reduce((hash, left, at) => (left ? nodeHash(proof[at], hash) : nodeHash(hash, proof[at])), leaf);
  if (!sameBytes(reached, root)) {
    throw malformed("the root that follows for entry {index} of {size} is not the root of the tree", { index, size });
  }
}

// Whether the sibling stands left, for each step from the node up; beyond where it meets the right edge only such.
function sidesOf(place, last) {
  const sides = [];
  for (let height = 0n; place >> height || last >> height; height += 1n) {
    const left = Boolean((place >> height) & 1n);
    if (left || place >> height !== last >> height) sides.push(left);
  }
  return sides;
}

// The second road: the recursive definition as it stands in RFC 6962, section 2.1, sharing nothing with the first.
export function includes(leaf, index, size, path, root) {
  const reached = index < size ? rootBelow(leaf, index, size, path) : null;
  return reached !== null && reached.every((byte, at) => byte === root[at]);
}

function rootBelow(leaf, index, size, path) {
  if (size === 1n) return path.length ? null : leaf;
  if (!path.length) return null;
  let k = 1n;
  while (k * 2n < size) k *= 2n;
  const right = index >= k;
  const below = rootBelow(leaf, right ? index - k : index, right ? size - k : k, path.slice(0, -1));
  if (below === null) return null;
  const beside = path[path.length - 1];
  return sha256(Uint8Array.of(1, ...(right ? beside : below), ...(right ? below : beside)));
}
