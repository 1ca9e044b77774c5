// SHA-256 and SHA-512 (FIPS 180-4), for pages where the browser's own are out of reach.

const PRIMES = firstPrimes(80);
const ROUNDS_256 = Uint32Array.from(PRIMES.slice(0, 64), (prime) => Number(rootBits(prime, 3n, 32n)));
const START_256 = Uint32Array.from(PRIMES.slice(0, 8), (prime) => Number(rootBits(prime, 2n, 32n)));
const ROUNDS_512 = halves(PRIMES.map((prime) => rootBits(prime, 3n, 64n)));
const START_512 = halves(PRIMES.slice(0, 8).map((prime) => rootBits(prime, 2n, 64n)));

function firstPrimes(count) {
  const primes = [];
  for (let one = 2; primes.length < count; one += 1) {
    if (primes.every((prime) => one % prime)) primes.push(one);
  }
  return primes;
}

// The first bits after the point of a root of a prime: the standard's constants, reckoned instead of typed.
function rootBits(prime, degree, bits) {
  const target = BigInt(prime) << (bits * degree);
  let low = 0n;
  let high = BigInt(prime + 1) << bits;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= target) low = middle;
    else high = middle;
  }
  return low & ((1n << bits) - 1n);
}

function halves(values) {
  return Uint32Array.from(values.flatMap((value) => [Number(value >> 32n), Number(value & 0xffffffffn)]));
}

function padded(bytes, block) {
  const room = block / 8;
  const all = new Uint8Array(Math.ceil((bytes.length + 1 + room) / block) * block);
  all.set(bytes);
  all[bytes.length] = 0x80;
  const view = new DataView(all.buffer);
  view.setUint32(all.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(all.length - 4, (bytes.length << 3) >>> 0);
  return view;
}

function bigEndian(state) {
  const out = new DataView(new ArrayBuffer(state.length * 4));
  state.forEach((word, at) => out.setUint32(at * 4, word));
  return new Uint8Array(out.buffer);
}

export function sha256(bytes) {
  const view = padded(bytes, 64);
  const state = Uint32Array.from(START_256);
  const w = new Uint32Array(64);
  for (let at = 0; at < view.byteLength; at += 64) compress256(state, view, at, w);
  return bigEndian(state);
}

const turned = (x, by) => (x >>> by) | (x << (32 - by));

function compress256(state, view, at, w) {
  for (let t = 0; t < 16; t += 1) w[t] = view.getUint32(at + t * 4);
  for (let t = 16; t < 64; t += 1) {
    const x = w[t - 15];
    const y = w[t - 2];
    const small = turned(x, 7) ^ turned(x, 18) ^ (x >>> 3);
    w[t] = w[t - 16] + small + w[t - 7] + (turned(y, 17) ^ turned(y, 19) ^ (y >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t += 1) {
    const big = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const one = (h + big + ((e & f) ^ (~e & g)) + ROUNDS_256[t] + w[t]) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, i) => {
    state[i] += value;
  });
}

export function sha512(bytes) {
  const view = padded(bytes, 128);
  const state = Uint32Array.from(START_512);
  const w = new Uint32Array(160);
  for (let at = 0; at < view.byteLength; at += 128) compress512(state, view, at, w);
  return bigEndian(state);
}

// Sums of 64-bit words as two halves: [high, low] in out at `at`.
function sum(out, at, ...words) {
  let low = 0;
  let high = 0;
  for (let i = 0; i < words.length; i += 2) {
    high += words[i];
    low += words[i + 1];
  }
  out[at + 1] = low;
  out[at] = high + Math.floor(low / 2 ** 32);
}

const turnedHigh = (h, l, by) => (by < 32 ? (h >>> by) | (l << (32 - by)) : (l >>> (by - 32)) | (by > 32 ? h << (64 - by) : 0));
const mixedHigh = (h, l, p, q, r) => (turnedHigh(h, l, p) ^ turnedHigh(h, l, q) ^ turnedHigh(h, l, r)) >>> 0;

function schedule512(w) {
  for (let t = 32; t < 160; t += 2) {
    const [h, l, m, n] = [w[t - 30], w[t - 29], w[t - 4], w[t - 3]];
    sum(
      w, t,
      w[t - 32], w[t - 31], w[t - 14], w[t - 13],
      (turnedHigh(h, l, 1) ^ turnedHigh(h, l, 8) ^ (h >>> 7)) >>> 0,
      (turnedHigh(l, h, 1) ^ turnedHigh(l, h, 8) ^ ((l >>> 7) | (h << 25))) >>> 0,
      (turnedHigh(m, n, 19) ^ turnedHigh(m, n, 61) ^ (m >>> 6)) >>> 0,
      (turnedHigh(n, m, 19) ^ turnedHigh(n, m, 61) ^ ((n >>> 6) | (m << 26))) >>> 0,
    );
  }
}

function compress512(state, view, at, w) {
  for (let t = 0; t < 32; t += 1) w[t] = view.getUint32(at + t * 4);
  schedule512(w);
  const v = Uint32Array.from(state);
  const one = new Uint32Array(2);
  for (let t = 0; t < 160; t += 2) {
    const [a, A, b, B, c, C] = v;
    const [e, E, f, F, g, G, h, H] = v.subarray(8);
    sum(
      one, 0, h, H, mixedHigh(e, E, 14, 18, 41), mixedHigh(E, e, 14, 18, 41),
      ((e & f) ^ (~e & g)) >>> 0, ((E & F) ^ (~E & G)) >>> 0, ROUNDS_512[t], ROUNDS_512[t + 1], w[t], w[t + 1],
    );
    const [d, D] = [v[6], v[7]];
    v.copyWithin(2, 0, 14);
    sum(v, 8, d, D, one[0], one[1]);
    sum(
      v, 0, one[0], one[1], mixedHigh(a, A, 28, 34, 39), mixedHigh(A, a, 28, 34, 39),
      ((a & b) ^ (a & c) ^ (b & c)) >>> 0, ((A & B) ^ (A & C) ^ (B & C)) >>> 0,
    );
  }
  for (let i = 0; i < 16; i += 2) sum(state, i, state[i], state[i + 1], v[i], v[i + 1]);
}
