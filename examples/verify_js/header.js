// A note's header as evidence (docs/log.md, "Two histories"): what it says of its sender's log, and the signatures from
// the agency's identity key down. Header and key records are single Cap'n Proto structs (docs/format.md).
import { ed25519 } from '@noble/curves/ed25519';
import { p256 } from '@noble/curves/p256';
import { sha256 } from '@noble/hashes/sha2';
import { base64, forged, hash, lines, number, utf8 } from './text.js';
import { leafHash, nodeHash } from './tree.js';

const HEAD = 'exchange.log/note-header@v1\n';
const BATCH_DEPTH = 10;
const KIND = { identity: 2n, seat: 7n };
const SUITE = { p256: 1n, x25519: 2n };

export const isHeader = (bytes) => bytes.subarray(0, HEAD.length).equals(Buffer.from(HEAD));

const framed = (label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)]);
/** SHA-256 of a label, with its length before it, and a message. */
export const labelledHash = (label, message) => Buffer.from(sha256(Buffer.concat([framed(label), message])));

/** The fields of one struct whose pointers are lists of bytes; what is missing or something else reads as nothing. */
class Struct {
  #bytes;
  #data;
  #pointers;

  constructor(bytes) {
    this.#bytes = bytes;
    if (bytes.length % 8 !== 0 || bytes.length < 8 || bytes.readUInt32LE(0) !== 0) Struct.#refuse();
    this.#data = bytes.readUInt16LE(4);
    this.#pointers = bytes.readUInt16LE(6);
    if (8 + 8 * (this.#data + this.#pointers) > bytes.length) Struct.#refuse();
  }

  static #refuse() {
    forged('a record of the evidence is not well-formed');
  }

  /** A number of 2 or 8 bytes at a byte of the data section. */
  number(at, size) {
    if (at + size > 8 * this.#data) return 0n;
    return size === 8 ? this.#bytes.readBigUInt64LE(8 + at) : BigInt(this.#bytes.readUInt16LE(8 + at));
  }

  list(index) {
    if (index >= this.#pointers) return Buffer.alloc(0);
    const at = 8 + 8 * (this.#data + index);
    const low = this.#bytes.readUInt32LE(at), high = this.#bytes.readUInt32LE(at + 4);
    if ((low & 3) !== 1 || (high & 7) !== 2) return Buffer.alloc(0);
    const from = at + 8 + 8 * (low >>> 2), size = high >>> 3;
    if (from + size > this.#bytes.length) Struct.#refuse();
    return this.#bytes.subarray(from, from + size);
  }
}

function signatureHolds(suite, key, message, signature) {
  if (signature.length !== 64) return false;
  try {
    if (suite === SUITE.x25519) return key.length === 32 && ed25519.verify(signature, message, key, { zip215: false });
    // Of the two forms of a signature only the one with the low s is taken.
    return suite === SUITE.p256 && key.length === 65 && key[0] === 4 &&
      p256.verify(signature, sha256(message), key, { lowS: true, format: 'compact', prehash: false });
  } catch {
    return false;  // no key of the curve
  }
}

/** The parts of a key record that count here. */
class KeyRecord {
  constructor(body) {
    const fields = new Struct(body);
    this.id = labelledHash('LX1 key id', body);
    this.kind = fields.number(2, 2);
    this.suite = fields.number(4, 2);
    this.subject = fields.list(1);
    this.parent = fields.list(2);
    this.key = fields.list(3);
  }

  check(label, message, signature, refusal) {
    if (!signatureHolds(this.suite, this.key, Buffer.concat([framed(label), this.id, message]), signature)) forged(refusal);
  }
}

function readStatement(bytes) {
  const all = lines((utf8(bytes) ?? '').slice(HEAD.length)) ?? forged('the header in the evidence lacks the end of a line');
  const field = (name) => {
    const line = all.shift();
    return line?.startsWith(`${name} `) ? line.slice(name.length + 1) : forged('the header in the evidence lacks a line');
  };
  const data = (name) => base64(field(name)) ?? forged('the header in the evidence has a line that is not base64');
  const digest = (name) => hash(field(name)) ?? forged('the header in the evidence has a line that is no hash');
  const out = { core: data('core'), slots: digest('slots'), position: number(field('position')), path: [] };
  if (out.position === undefined || out.position >= 1n << BigInt(BATCH_DEPTH))
    forged('the header in the evidence has no place in its batch');
  while (out.path.length < BATCH_DEPTH) out.path.push(digest('path'));
  out.signature = data('signature');
  out.seat = data('key');
  out.seatSignature = data('signed');
  out.identity = data('key');
  if (all.length > 0) forged('the header in the evidence has a line more than it may');
  return out;
}

/** What a header says of its sender's log, if its signatures hold up to the identity key of this id. */
export function openHeader(bytes, party) {
  const said = readStatement(bytes);
  const identity = new KeyRecord(said.identity), seat = new KeyRecord(said.seat);
  if (!identity.id.equals(party) || identity.kind !== KIND.identity)
    forged('the header is of another agency than the one named');
  if (seat.kind !== KIND.seat || !seat.parent.equals(identity.id) || !seat.subject.equals(identity.subject))
    forged("the header's key is not one of the agency's seats");
  identity.check('LX1 sign key record', said.seat, said.seatSignature,
    "the record of the header's key is not signed by the agency");
  const core = new Struct(said.core);
  if (!core.list(5).equals(seat.id) || !core.list(4).equals(seat.subject)) forged('the header names another sender');
  let root = leafHash(labelledHash('LX1 header', Buffer.concat([said.core, said.slots])));
  said.path.forEach((sibling, level) => {
    const isLeft = ((said.position >> BigInt(level)) & 1n) === 1n;
    root = isLeft ? nodeHash(sibling, root) : nodeHash(root, sibling);
  });
  seat.check('LX1 sign note', root, said.signature, 'the header is not signed by its sender');
  const [origin, logRoot] = [core.list(9), core.list(10)];
  if (origin.length !== 32 || logRoot.length !== 32) forged('the header says nothing of a log');
  return { origin, size: core.number(40, 8), root: logRoot };
}
