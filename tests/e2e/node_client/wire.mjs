// What PROTOCOL.md says about bytes: ids, keys, codes, hashes, signed texts.
// Written from that page alone, as somebody would who has never seen the C++ code.
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';

export class Refused extends Error {}

/// A surprise ends the program: this client is a test of the page and never guesses.
export function must(condition, text) {
    if (!condition) throw new Refused(text);
}

export const base64 = (bytes) => Buffer.from(bytes).toString('base64url');

export function fromBase64(text, length) {
    const bytes = Buffer.from(text, 'base64url');
    must(base64(bytes) === text, `not base64url: ${text}`);
    must(length === undefined || bytes.length === length, `${text} has ${bytes.length} bytes`);
    return bytes;
}

export function uuidBytes(text) {
    must(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text), `not a lower-case UUID: ${text}`);
    return Buffer.from(text.replaceAll('-', ''), 'hex');
}

const hyphens = (hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

function uuid(version, bytes) {
    bytes[6] = (bytes[6] & 0x0f) | (version << 4);
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return hyphens(bytes.toString('hex'));
}

export const randomId = () => uuid(4, randomBytes(16));

/// UUIDv7 (RFC 9562): milliseconds first, so that ids made one after the other lie together.
export function newId() {
    const bytes = randomBytes(16);
    bytes.writeUIntBE(Date.now(), 0, 6);
    return uuid(7, bytes);
}

// --- BLAKE2b (RFC 7693, without key) -----------------------------------------------------------
// Neither Debian 12 nor node has one with 32 bytes of output: there is no package of it, and
// crypto.createHash('blake2b512') refuses another outputLength. The length goes into the first
// block, so 64 bytes cannot be cut either. `check` compares this with node's own at 64.
const kMask = (1n << 64n) - 1n;
const kStart = [
    0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n,
    0x510e527fade682d1n, 0x9b05688c2b3e6c1fn, 0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n,
];
const kOrder = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];
const kLanes = [
    [0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15],
    [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14],
];
const turn = (x, by) => (x >> by) | ((x << (64n - by)) & kMask);

function compress(h, block, counted, last) {
    const v = [...h, ...kStart];
    v[12] ^= counted;
    if (last) v[14] ^= kMask;
    const m = Array.from({ length: 16 }, (_, i) => block.readBigUInt64LE(8 * i));
    for (let round = 0; round < 12; ++round) {
        const order = kOrder[round % 10];
        kLanes.forEach(([a, b, c, d], i) => {
            v[a] = (v[a] + v[b] + m[order[2 * i]]) & kMask;
            v[d] = turn(v[d] ^ v[a], 32n);
            v[c] = (v[c] + v[d]) & kMask;
            v[b] = turn(v[b] ^ v[c], 24n);
            v[a] = (v[a] + v[b] + m[order[2 * i + 1]]) & kMask;
            v[d] = turn(v[d] ^ v[a], 16n);
            v[c] = (v[c] + v[d]) & kMask;
            v[b] = turn(v[b] ^ v[c], 63n);
        });
    }
    return h.map((word, i) => word ^ v[i] ^ v[i + 8]);
}

export function blake2b(length, ...parts) {
    const data = Buffer.concat(parts.map((part) => Buffer.from(part)));
    let h = [...kStart];
    h[0] ^= 0x01010000n ^ BigInt(length);
    const blocks = Math.max(1, Math.ceil(data.length / 128));
    for (let i = 0; i < blocks; ++i) {
        const block = Buffer.alloc(128);
        data.copy(block, 0, 128 * i, 128 * (i + 1));
        const last = i + 1 === blocks;
        h = compress(h, block, BigInt(last ? data.length : 128 * (i + 1)), last);
    }
    const out = Buffer.alloc(64);
    h.forEach((word, i) => out.writeBigUInt64LE(word, 8 * i));
    return out.subarray(0, length);
}

export const hash = (...parts) => blake2b(32, ...parts);

// --- the enrolment code (ENROL) ------------------------------------------------------------------
const kAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/// The bytes of one half of a code, when its two check symbols fit.
export function codeHalf(symbols, length) {
    let number = 0n;
    for (const symbol of symbols) {
        const value = kAlphabet.indexOf(symbol);
        must(value >= 0, `"${symbol}" is no symbol of an enrolment code`);
        number = number * 32n + BigInt(value);
    }
    must(number % 1021n === 1n, 'the enrolment code has a typing error');
    const bits = BigInt(5 * (symbols.length - 2) - 8 * length);
    const filled = number >> 10n;
    must(filled % (1n << bits) === 0n, 'the enrolment code has a typing error');
    return Buffer.from((filled >> bits).toString(16).padStart(2 * length, '0'), 'hex');
}

export function readCode(typed) {
    const plain = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
    must(plain.length === 72, `an enrolment code has 72 letters and digits, this has ${plain.length}`);
    codeHalf(plain.slice(0, 18), 10);
    return { secret: plain.slice(0, 18), pin: base64(codeHalf(plain.slice(18), 32)) };
}

// --- Ed25519 and the texts that are signed (section 3) -----------------------------------------------
export function newKey() {
    const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    return { d, x };
}

const jwk = (members) => ({ key: { kty: 'OKP', crv: 'Ed25519', ...members }, format: 'jwk' });

export const signText = (key, text) => base64(sign(null, Buffer.from(text), createPrivateKey(jwk(key))));

export const signedBy = (publicKey, text, signature) =>
    verify(null, Buffer.from(text), createPublicKey(jwk({ x: publicKey })), fromBase64(signature, 64));

const lines = (...members) => members.map((member) => `${member}\n`).join('');

export const enrolText = (challenge, m) => lines('balie.enrol.v1', challenge.hub, challenge.epoch,
    challenge.nonce, m.version, m.secret, m.public_key, m.device_name, m.program);

export const helloText = (challenge, m) => lines('balie.hello.v1', challenge.hub, challenge.epoch,
    challenge.nonce, m.version, m.schema_version, m.program, m.device, m.incarnation, m.last_seq,
    m.last_hash, m.epoch_seen ?? '-', m.cursor, m.digest, m.pending, m.oldest_pending_ms, m.wall_ms);

export const receiptText = (device, ack, verdicts) => lines('balie.receipt.v1', device, ack.acked_seq,
    ack.acked_hash, ack.wall_ms, ...verdicts.map((v) => [v.transaction, v.first, v.last, v.kind, v.hub_seq,
        v.code || '-', ...v.effective].join(' ')));

// --- the hash chain (section 5) ----------------------------------------------------------------------
export const commitmentOf = (salt, payload) => hash(salt, payload);

export const changeHash = (previous, origin, c, commitment) => hash(previous, lines('balie.change.v1',
    origin.device, origin.incarnation, c.seq, c.transaction, c.action, c.stamp, c.user, c.schema), commitment);
