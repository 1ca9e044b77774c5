// Checking Ed25519 signatures (RFC 8032) with whole numbers of any size: as strict as the Python verifier's library.
//
// S must be below the order of the group, the public key a point of the curve written in the one way, and the point R
// that follows must be, byte for byte, the one in the signature. Nothing here is secret, so time may tell of it.
import { joined } from "./bytes.mjs";
import { sha512 } from "./sha2.mjs";

const PRIME = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const CURVE_D = modulo(-121665n * power(121666n, PRIME - 2n));
const ROOT_OF_MINUS_ONE = power(2n, (PRIME - 1n) / 4n);
const ZERO = [0n, 1n, 1n, 0n];
const BASE = pointOf(modulo(4n * power(5n, PRIME - 2n)), 0n);

function modulo(value) {
  const rest = value % PRIME;
  return rest < 0n ? rest + PRIME : rest;
}

function power(base, exponent) {
  let result = 1n;
  let factor = base % PRIME;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * factor) % PRIME;
    factor = (factor * factor) % PRIME;
  }
  return result;
}

function littleEndian(bytes) {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at -= 1) value = (value << 8n) | BigInt(bytes[at]);
  return value;
}

// The point with this y and this lowest bit of x, or null where there is none.
function pointOf(y, sign) {
  if (y >= PRIME) return null;
  const above = modulo(y * y - 1n);
  const below = modulo(CURVE_D * y * y + 1n);
  let x = modulo(above * power(below, 3n) * power(above * power(below, 7n), (PRIME - 5n) / 8n));
  if (modulo(below * x * x - above) !== 0n) x = modulo(x * ROOT_OF_MINUS_ONE);
  if (modulo(below * x * x - above) !== 0n || (x === 0n && sign)) return null;
  if ((x & 1n) !== sign) x = PRIME - x;
  return [x, y, 1n, modulo(x * y)];
}

function added([x, y, z, t], [u, v, w, s]) {
  const a = (y - x) * (v - u);
  const b = (y + x) * (v + u);
  const c = modulo(2n * t * s) * CURVE_D;
  const d = 2n * z * w;
  const [e, f, g, h] = [modulo(b - a), modulo(d - c), modulo(d + c), modulo(b + a)];
  return [modulo(e * f), modulo(g * h), modulo(f * g), modulo(e * h)];
}

function doubled([x, y, z]) {
  const a = x * x;
  const b = y * y;
  const h = a + b;
  const e = modulo(h - (x + y) * (x + y));
  const g = modulo(a - b);
  const f = modulo(2n * z * z + g);
  const k = modulo(h);
  return [modulo(e * f), modulo(g * k), modulo(f * g), modulo(e * k)];
}

// one * first + other * second, bit by bit for both together.
function combined(one, first, other, second) {
  const both = added(first, second);
  let result = ZERO;
  for (let bit = 255n; bit >= 0n; bit -= 1n) {
    result = doubled(result);
    const step = Number((one >> bit) & 1n) + 2 * Number((other >> bit) & 1n);
    if (step) result = added(result, [null, first, second, both][step]);
  }
  return result;
}

function encoded([x, y, z]) {
  const inverse = power(z, PRIME - 2n);
  let value = modulo(y * inverse) | ((modulo(x * inverse) & 1n) << 255n);
  return Uint8Array.from({ length: 32 }, () => {
    const byte = Number(value & 255n);
    value >>= 8n;
    return byte;
  });
}

// Whether a key is a point of order 1, 2, 4 or 8, under which anybody's signature can hold, or not written in one way.
export function isWeak(key) {
  const y = littleEndian(key) & (2n ** 255n - 1n);
  return y >= PRIME || modulo(y * (y * y - 1n) * (CURVE_D * y ** 4n + 2n * y * y - 1n)) === 0n;
}

export function ed25519Holds(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const factor = littleEndian(signature.subarray(32));
  const written = littleEndian(key);
  const point = pointOf(written & (2n ** 255n - 1n), written >> 255n);
  if (factor >= ORDER || point === null) return false;
  const challenge = littleEndian(sha512(joined(signature.subarray(0, 32), key, message))) % ORDER;
  const opposite = [modulo(-point[0]), point[1], 1n, modulo(-point[3])];
  const expected = encoded(combined(factor, BASE, challenge, opposite));
  return expected.every((byte, at) => byte === signature[at]);
}
