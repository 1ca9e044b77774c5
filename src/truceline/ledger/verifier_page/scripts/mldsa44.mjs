// Checking ML-DSA-44 signatures (FIPS 204, algorithms 3 and 8) with an empty context; SHAKE from FIPS 202.
import { joined } from "./bytes.mjs";

const Q = 8380417;
const N = 256;
const [ROWS, COLUMNS] = [4, 4];
const TAU = 39;
const GAMMA_1 = 2 ** 17;
const GAMMA_2 = (Q - 1) / 88;
const BETA = 78;
const OMEGA = 80;
const DROPPED = 13;
const CHALLENGE_BYTES = 32;
export const PUBLIC_BYTES = 1312;
export const SIGNATURE_BYTES = 2420;

const ROTATIONS = [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];
const LANES = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];
const CONSTANTS = roundConstants();
const ZETAS = Array.from({ length: N }, (_, at) => powerOf(1753, reversed(at)));

// The constants of Keccak from its register of eight bits (FIPS 202, algorithm 5).
function roundConstants() {
  const constants = new Uint32Array(48);
  let register = 1;
  for (let round = 0; round < 24; round += 1) {
    for (let j = 0; j < 7; j += 1) {
      const bit = 2 ** j - 1;
      if (register & 1) constants[2 * round + (bit >> 5)] ^= 1 << (bit & 31);
      register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
    }
  }
  return constants;
}

function powerOf(base, exponent) {
  let result = 1;
  for (let i = 0; i < exponent; i += 1) result = (result * base) % Q;
  return result;
}

function reversed(value) {
  let result = 0;
  for (let bit = 0; bit < 8; bit += 1) result |= ((value >> bit) & 1) << (7 - bit);
  return result;
}

// Keccak-f[1600]; a lane is its low half, then its high half.
function keccak(a) {
  const c = new Uint32Array(10);
  for (let round = 0; round < 24; round += 1) {
    for (let i = 0; i < 10; i += 1) c[i] = a[i] ^ a[i + 10] ^ a[i + 20] ^ a[i + 30] ^ a[i + 40];
    for (let x = 0; x < 10; x += 2) {
      const [low, high] = [c[(x + 2) % 10], c[(x + 3) % 10]];
      const [p, q] = [c[(x + 8) % 10] ^ ((low << 1) | (high >>> 31)), c[(x + 9) % 10] ^ ((high << 1) | (low >>> 31))];
      for (let y = x; y < 50; y += 10) {
        a[y] ^= p;
        a[y + 1] ^= q;
      }
    }
    turnLanes(a);
    for (let y = 0; y < 50; y += 10) {
      const row = a.slice(y, y + 10);
      for (let i = 0; i < 10; i += 1) a[y + i] ^= ~row[(i + 2) % 10] & row[(i + 4) % 10];
    }
    a[0] ^= CONSTANTS[2 * round];
    a[1] ^= CONSTANTS[2 * round + 1];
  }
}

function turnLanes(a) {
  let [low, high] = [a[2], a[3]];
  for (let i = 0; i < 24; i += 1) {
    const lane = 2 * LANES[i];
    const [nextLow, nextHigh] = [a[lane], a[lane + 1]];
    const by = ROTATIONS[i] & 31;
    const [one, two] = ROTATIONS[i] < 32 ? [low, high] : [high, low];
    a[lane] = by ? (one << by) | (two >>> (32 - by)) : one;
    a[lane + 1] = by ? (two << by) | (one >>> (32 - by)) : two;
    [low, high] = [nextLow, nextHigh];
  }
}

// An endless reader of SHAKE's output: rate 168 for SHAKE128, 136 for SHAKE256.
function shake(rate, input) {
  const state = new Uint32Array(50);
  const put = (at, byte) => {
    state[at >> 2] ^= byte << (8 * (at & 3));
  };
  let at = 0;
  for (const byte of input) {
    put(at, byte);
    at += 1;
    if (at === rate) {
      keccak(state);
      at = 0;
    }
  }
  put(at, 0x1f);
  put(rate - 1, 0x80);
  at = rate;
  return () => {
    if (at === rate) {
      keccak(state);
      at = 0;
    }
    const byte = (state[at >> 2] >>> (8 * (at & 3))) & 255;
    at += 1;
    return byte;
  };
}

export function shake256(input, length) {
  const next = shake(136, input);
  return Uint8Array.from({ length }, next);
}

export function shake128(input, length) {
  const next = shake(168, input);
  return Uint8Array.from({ length }, next);
}

function transformed(values) {
  const w = Float64Array.from(values);
  let m = 0;
  for (let length = 128; length >= 1; length >>= 1) {
    for (let start = 0; start < N; start += 2 * length) {
      m += 1;
      for (let j = start; j < start + length; j += 1) {
        const t = (ZETAS[m] * w[j + length]) % Q;
        w[j + length] = (w[j] - t + Q) % Q;
        w[j] = (w[j] + t) % Q;
      }
    }
  }
  return w;
}

function transformedBack(values) {
  const w = Float64Array.from(values);
  let m = N;
  for (let length = 1; length < N; length *= 2) {
    for (let start = 0; start < N; start += 2 * length) {
      m -= 1;
      for (let j = start; j < start + length; j += 1) {
        const t = w[j];
        w[j] = (t + w[j + length]) % Q;
        w[j + length] = ((Q - ZETAS[m]) * ((t - w[j + length] + Q) % Q)) % Q;
      }
    }
  }
  return w.map((value) => (value * 8347681) % Q);
}

function entryOfMatrix(seed, row, column) {
  const next = shake(168, joined(seed, Uint8Array.of(column, row)));
  const entry = new Float64Array(N);
  for (let at = 0; at < N; ) {
    const value = next() | (next() << 8) | ((next() & 0x7f) << 16);
    if (value < Q) {
      entry[at] = value;
      at += 1;
    }
  }
  return entry;
}

// The polynomial of 39 coefficients 1 and -1 that a challenge stands for.
function ballOf(challenge) {
  const next = shake(136, challenge);
  const signs = Array.from({ length: 8 }, next);
  const ball = new Float64Array(N);
  for (let i = N - TAU; i < N; i += 1) {
    let j = next();
    while (j > i) j = next();
    const bit = i + TAU - N;
    ball[i] = ball[j];
    ball[j] = (signs[bit >> 3] >> (bit & 7)) & 1 ? Q - 1 : 1;
  }
  return ball;
}

function unpacked(bytes, bits) {
  const values = [];
  let kept = 0;
  let have = 0;
  for (const byte of bytes) {
    kept += byte * 2 ** have;
    have += 8;
    while (have >= bits) {
      values.push(kept % 2 ** bits);
      kept = Math.floor(kept / 2 ** bits);
      have -= bits;
    }
  }
  return values;
}

// The places of the hints, or null where they are not written in the one way.
function hintsOf(bytes) {
  const hints = [];
  let at = 0;
  for (let row = 0; row < ROWS; row += 1) {
    const end = bytes[OMEGA + row];
    if (end < at || end > OMEGA) return null;
    const places = Array.from(bytes.subarray(at, end));
    if (places.some((place, i) => i && place <= places[i - 1])) return null;
    hints.push(new Set(places));
    at = end;
  }
  return bytes.subarray(at, OMEGA).some((byte) => byte) ? null : hints;
}

// The high bits of a value, moved by one where a hint stands.
function hinted(value, hint) {
  let low = value % (2 * GAMMA_2);
  if (low > GAMMA_2) low -= 2 * GAMMA_2;
  const [high, rest] = value - low === Q - 1 ? [0, low - 1] : [(value - low) / (2 * GAMMA_2), low];
  return hint ? (high + (rest > 0 ? 1 : 43)) % 44 : high;
}

function highRow(row, parts) {
  const sum = new Float64Array(N);
  for (let column = 0; column < COLUMNS; column += 1) {
    const entry = entryOfMatrix(parts.seed, row, column);
    for (let i = 0; i < N; i += 1) sum[i] = (sum[i] + entry[i] * parts.z[column][i]) % Q;
  }
  const t = transformed(parts.t[row].map((value) => value * 2 ** DROPPED));
  for (let i = 0; i < N; i += 1) sum[i] = (sum[i] + Q - ((parts.ball[i] * t[i]) % Q)) % Q;
  return Array.from(transformedBack(sum), (value, i) => hinted(value, parts.hints[row].has(i)));
}

function packedSixBits(values) {
  const bytes = [];
  for (let i = 0; i < values.length; i += 4) {
    const four = values[i] | (values[i + 1] << 6) | (values[i + 2] << 12) | (values[i + 3] << 18);
    bytes.push(four & 255, (four >> 8) & 255, (four >> 16) & 255);
  }
  return bytes;
}

function inRows(values) {
  return Array.from({ length: values.length / N }, (_, row) => values.slice(row * N, (row + 1) * N));
}

export function mldsa44Holds(key, message, signature) {
  if (key.length !== PUBLIC_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  const challenge = signature.subarray(0, CHALLENGE_BYTES);
  const hints = hintsOf(signature.subarray(SIGNATURE_BYTES - OMEGA - ROWS));
  const z = unpacked(signature.subarray(CHALLENGE_BYTES, SIGNATURE_BYTES - OMEGA - ROWS), 18).map((v) => GAMMA_1 - v);
  if (hints === null || z.some((value) => Math.abs(value) >= GAMMA_1 - BETA)) return false;
  const parts = {
    seed: key.subarray(0, 32),
    t: inRows(unpacked(key.subarray(32), 10)),
    z: inRows(z).map((row) => transformed(row.map((value) => (value + Q) % Q))),
    ball: transformed(ballOf(challenge)),
    hints,
  };
  const digest = shake256(joined(shake256(key, 64), Uint8Array.of(0, 0), message), 64);
  const high = [0, 1, 2, 3].flatMap((row) => packedSixBits(highRow(row, parts)));
  const expected = shake256(joined(digest, Uint8Array.from(high)), CHALLENGE_BYTES);
  return expected.every((byte, at) => byte === challenge[at]);
}
