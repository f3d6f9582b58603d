// Signed notes: verifier keys, checkpoints and their signatures (c2sp.org/signed-note, tlog-checkpoint,
// tlog-cosignature), and the texts of proofs (tlog-proof).
import { ed25519 } from '@noble/curves/ed25519';
import { sha256 } from '@noble/hashes/sha2';
import { base64, forged, hash, lines, number, unsure, usage, utf8 } from './text.js';
import { EMPTY_ROOT } from './tree.js';

const TYPE = { ed25519: 1, cosignature: 4, mlDsa: 6 };
const KEY_BYTES = { [TYPE.ed25519]: 32, [TYPE.cosignature]: 32, [TYPE.mlDsa]: 1312 };
const SIGNATURES_MAX = 100;
const HASHES_MAX = 63;

// Not empty, no '+', and none of Unicode's spaces.
const NAME = /^[^+\u0000-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/u;

/** A key written NAME+HASH+BASE64. */
export function readKey(text) {
  const parts = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/su.exec(text);
  const data = parts && base64(parts[3]);
  if (!data || !NAME.test(parts[1]) || KEY_BYTES[data[0]] !== data.length - 1)
    usage('this is not a key; keys are written NAME+HASH+BASE64');
  const id = Buffer.from(sha256(Buffer.concat([Buffer.from(`${parts[1]}\n`), data]))).subarray(0, 4);
  if (id.toString('hex') !== parts[2]) usage('the hash in a key is not that of the key');
  return { name: parts[1], id, type: data[0], bytes: data.subarray(1) };
}

/** Which keys are believed: that of the log, those of witnesses, and how many of these must have signed. */
export function makeTrust(log, witnesses, quorum) {
  if (log.type !== TYPE.ed25519) usage('the key of the log has the type of a witness');
  const seen = [log];
  for (const witness of witnesses) {
    if (witness.type === TYPE.ed25519) usage('the key of a witness has the type of a log');
    // A cosignature does not cover the name of its witness: one key under two names would count twice.
    if (seen.some((key) => key.bytes.equals(witness.bytes))) usage('one key is named twice');
    const isAlike = (key) => key.name === witness.name && key.id.equals(witness.id);
    if (seen.some(isAlike)) usage('two keys cannot be told apart');
    seen.push(witness);
  }
  // There is no ML-DSA here: such keys are known, passed over and never counted.
  const able = witnesses.filter((key) => key.type === TYPE.cosignature);
  const wanted = quorum ?? BigInt(able.length);
  if (wanted > BigInt(able.length)) usage('the quorum is larger than the number of witnesses');
  const isEnough = (signers) =>
    signers.size >= Number(wanted) || forged('fewer witnesses have signed the checkpoint than are asked for');
  return { logs: [log], witnesses: able, named: witnesses.length, isEnough };
}

/** The same by a policy; of its logs only `log`, where one is given. */
export function trustPolicy(policy, log) {
  const logs = log ? [log] : policy.logs;
  if (logs.length === 0) usage('the key of the log is missing (--log-key)');
  if (log && log.type !== TYPE.ed25519) usage('the key of the log has the type of a witness');
  if (policy.witnesses.some((witness) => logs.some((known) => known.bytes.equals(witness.bytes))))
    usage('one key is named twice');
  const able = policy.witnesses.filter((key) => key.type === TYPE.cosignature);
  // Others may sign yet, so what is missing is not forged.
  const isEnough = (signers) =>
    policy.isEnough(signers) || unsure('too few of the witnesses that the policy asks for have signed yet');
  return { logs, witnesses: able, named: policy.witnesses.length, isEnough };
}

function ed25519Holds(key, message, signature) {
  // Strict RFC 8032; the library's own default takes keys and signatures of small order as well.
  return signature.length === 64 && ed25519.verify(signature, message, key.bytes, { zip215: false });
}

function holds(key, text, signature) {
  if (key.type === TYPE.ed25519) return ed25519Holds(key, Buffer.from(text), signature);
  if (signature.length !== 8 + 64) return false;
  const time = signature.readBigUInt64BE(0);
  if (time === 0n || time >= 1n << 63n) return false;
  return ed25519Holds(key, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), signature.subarray(8));
}

function readCheckpoint(text) {
  const [origin, sizeText, rootText, ...extensions] = lines(text);
  if (!origin || rootText === undefined) forged('the note is not a checkpoint');
  const size = number(sizeText) ?? forged('the checkpoint does not say how many entries there are');
  const root = hash(rootText) ?? forged('the checkpoint has no root');
  if (size === 0n && !root.equals(EMPTY_ROOT)) forged('the log is empty, and its root is not that of an empty log');
  if (extensions.includes('')) forged('there is an empty line in the checkpoint');
  return { origin, size, root };
}

function readSignature(line) {
  const parts = /^\u2014 ([^ ]+) ([^ ]+)$/u.exec(line);
  const data = parts && base64(parts[2]);
  if (!data || data.length < 5 || !NAME.test(parts[1])) forged('a line among the signatures is none');
  return { name: parts[1], id: data.subarray(0, 4), bytes: data.subarray(4) };
}

/** A checkpoint from the bytes of a note, if the log has signed it, enough witnesses have, and no known key's fails. */
export function openCheckpoint(note, trust) {
  const all = utf8(note);
  if (all === undefined || /[\u0000-\u0009\u000b-\u001f]/.test(all)) forged('the note is not text');
  const blank = all.lastIndexOf('\n\n');
  const signatures = blank === -1 ? undefined : lines(all.slice(blank + 2));
  if (!signatures?.length) forged('the note has no signature, or its last line has no end');
  if (signatures.length > SIGNATURES_MAX) forged('the note has too many signatures');
  const text = all.slice(0, blank + 1);
  const checkpoint = readCheckpoint(text);
  const ownKeys = trust.logs.filter((log) => log.name === checkpoint.origin);
  if (ownKeys.length === 0) forged('the checkpoint is that of another log');
  const signers = new Set();
  for (const { name, id, bytes } of signatures.map(readSignature)) {
    const key = [...trust.logs, ...trust.witnesses].find((known) => known.name === name && known.id.equals(id));
    if (key === undefined) continue;
    const whose = trust.logs.includes(key) ? 'the log' : 'a witness';
    if (!holds(key, text, bytes)) forged(`the signature of ${whose} does not hold`);
    signers.add(key);
  }
  if (!ownKeys.some((log) => signers.has(log))) forged('the log has not signed the checkpoint');
  for (const log of trust.logs) signers.delete(log);
  trust.isEnough(signers);
  return { ...checkpoint, witnesses: signers.size };
}

/** Hashes in base64, one to a line. */
export function readHashes(text) {
  const all = lines(text) ?? forged("the proof's last line has no end");
  if (all.length > HASHES_MAX) forged('the proof is longer than any can be');
  return all.map((line) => hash(line) ?? forged('a line of the proof is not a hash'));
}

const PROOF = /^c2sp\.org\/tlog-proof@v1\n(?:extra ([^\n]+)\n)?index ([^\n]+)\n((?:[^\n]+\n)*)\n(.+)$/su;

export function readProof(bytes) {
  const parts = PROOF.exec(utf8(bytes) ?? '') ?? forged('this is not a proof (c2sp.org/tlog-proof@v1)');
  if (parts[1] !== undefined && !base64(parts[1])) forged("the proof's extra data is not base64");
  const index = number(parts[2]) ?? forged('the proof does not say for which entry it is');
  return { index, hashes: readHashes(parts[3]), note: Buffer.from(parts[4]) };
}

const EVIDENCE = new RegExp('^exchange\\.log/two-histories@v1\nfirst ([^\n]+)\nsecond ([^\n]+)\n' +
  '(?:begins ([^\n]+)\n((?:[^\n]+\n)*))?\n(.*)$', 'su');

/** Two checkpoints of one log, and where they have two sizes what the larger one begins with. */
export function readEvidence(bytes) {
  const parts = EVIDENCE.exec(utf8(bytes) ?? '') ?? forged('this is not evidence of two histories');
  const notes = Buffer.from(parts[5]);
  const [first, second] = [number(parts[1]), number(parts[2])];
  if (first === undefined || second === undefined || first + second !== BigInt(notes.length))
    forged('the checkpoints in the evidence are not as long as it says');
  const begins = parts[3] === undefined ? undefined : hash(parts[3]) ?? forged('a line of the evidence is not a hash');
  const at = Number(first);
  const proof = begins ? readHashes(parts[4]) : [];
  return { first: notes.subarray(0, at), second: notes.subarray(at), begins, proof };
}
