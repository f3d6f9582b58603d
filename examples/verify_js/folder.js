// A whole log folder (c2sp.org/tlog-tiles): the entries are hashed, every tile is compared with what lies below it.
import path from 'node:path';
import { forged, readIfThere, unsure } from './text.js';
import { GrowingTree, leafHash } from './tree.js';

const WIDTH = 256;
const HASH = 32;

/** 1234067 is x001/x234/067. */
function numberParts(index) {
  const digits = index.toString();
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.../g);
  return groups.map((group, i) => (i + 1 < groups.length ? `x${group}` : group)).join('/');
}

/** The first `width` parts of a tile. Where a partial tile is gone the full one serves, which begins with the same. */
function readTile(folder, kind, index, width, limit) {
  const full = path.join(folder, 'tile', kind, numberParts(index));
  const file = width === WIDTH ? full : path.join(`${full}.p`, String(width));
  const bytes = readIfThere(file, limit);
  if (bytes !== undefined) return { bytes, parts: width };
  const longer = width === WIDTH ? undefined : readIfThere(full, limit);
  return longer === undefined ? unsure(`a file of the log is missing: ${file}`) : { bytes: longer, parts: WIDTH };
}

/** The entries of a bundle: u16 length and entry, one after the other. */
function readEntries(folder, index, width) {
  const { bytes, parts } = readTile(folder, 'entries', index, width, WIDTH * (2 + 0xffff));
  const entries = [];
  let at = 0;
  while (entries.length < width) {
    const end = at + 2 <= bytes.length ? at + 2 + bytes.readUInt16BE(at) : Infinity;
    if (end > bytes.length) forged(`entries are missing at the end of bundle ${index}`);
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (parts === width && at !== bytes.length) forged(`there are more bytes than entries in bundle ${index}`);
  return entries;
}

/** The tiles of one level and of those above it, filled from below with hashes. */
class Level {
  #hashes = [];
  #index = 0n;
  #above;

  constructor(folder, height) {
    this.folder = folder;
    this.height = height;
  }

  add(hash) {
    this.#hashes.push(hash);
    if (this.#hashes.length < WIDTH) return;
    this.#compare();
    const tile = new GrowingTree();
    for (const each of this.#hashes) tile.add(each);
    this.#above ??= new Level(this.folder, this.height + 1);
    this.#above.add(tile.root());
    this.#hashes = [];
    ++this.#index;
  }

  /** The partial tiles; an empty one has no file. */
  finish() {
    if (this.#hashes.length > 0) this.#compare();
    this.#above?.finish();
  }

  #compare() {
    const width = this.#hashes.length;
    const { bytes, parts } = readTile(this.folder, String(this.height), this.#index, width, WIDTH * HASH);
    const where = `tile ${this.#index} of level ${this.height}`;
    if (bytes.length !== parts * HASH) forged(`${where} has another length than it should`);
    if (!bytes.subarray(0, width * HASH).equals(Buffer.concat(this.#hashes)))
      forged(`${where} has other hashes than what lies below it`);
  }
}

/** Checks that the files are the log of `checkpoint`, and that it begins with the one of `earlier`, where given. */
export function checkFolder(folder, checkpoint, earlier) {
  if (earlier !== undefined && earlier.size > checkpoint.size) forged('the log has fewer entries than it had earlier');
  const tree = new GrowingTree();
  const tiles = new Level(folder, 0);
  const lookBack = () => {
    if (tree.size === earlier?.size && !tree.root().equals(earlier.root))
      forged('the log does not begin with the entries of the earlier checkpoint');
  };
  lookBack();
  for (let index = 0n; tree.size < checkpoint.size; ++index) {
    const left = checkpoint.size - tree.size;
    for (const entry of readEntries(folder, index, left < BigInt(WIDTH) ? Number(left) : WIDTH)) {
      const hash = leafHash(entry);
      tree.add(hash);
      tiles.add(hash);
      lookBack();
    }
  }
  tiles.finish();
  if (!tree.root().equals(checkpoint.root)) forged('the entries do not have the root that the log has signed');
}
