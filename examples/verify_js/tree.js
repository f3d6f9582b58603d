// The tree of RFC 6962: hashes, a root that grows entry by entry, and the two proofs as RFC 9162 checks them.
import { sha256 } from '@noble/hashes/sha2';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const EMPTY_ROOT = Buffer.from(sha256(new Uint8Array()));

export function leafHash(entry) {
  return Buffer.from(sha256.create().update(LEAF).update(entry).digest());
}
export function nodeHash(left, right) {
  return Buffer.from(sha256.create().update(NODE).update(left).update(right).digest());
}

/** A tree of which only the full subtrees on its right edge are kept, at most one of each height. */
export class GrowingTree {
  #subtrees = [];  // by height; undefined where there is none
  size = 0n;

  add(hash) {
    let height = 0;
    for (; this.#subtrees[height] !== undefined; ++height) {
      hash = nodeHash(this.#subtrees[height], hash);
      this.#subtrees[height] = undefined;
    }
    this.#subtrees[height] = hash;
    ++this.size;
  }

  root() {
    const there = this.#subtrees.filter((hash) => hash !== undefined);
    return there.length === 0 ? EMPTY_ROOT : there.reduce((right, left) => nodeHash(left, right));
  }
}

const isOdd = (n) => (n & 1n) === 1n;

/** RFC 9162, 2.1.3.2: whether `path` leads from the entry `leaf` at `index` to the root of `size` entries. */
export function includes(index, size, leaf, path, root) {
  if (index >= size) return false;
  let fn = index, sn = size - 1n, r = leaf;
  for (const p of path) {
    if (sn === 0n) return false;
    if (isOdd(fn) || fn === sn) {
      r = nodeHash(p, r);
      while (!isOdd(fn) && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      r = nodeHash(r, p);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && r.equals(root);
}

/** RFC 9162, 2.1.4.2: whether the tree of `size1` entries is the beginning of that of `size2`. */
export function isBeginning(size1, size2, root1, root2, proof) {
  if (size1 === size2) return proof.length === 0 && root1.equals(root2);
  if (size1 > size2 || size1 === 0n || proof.length === 0) return false;
  const isPowerOfTwo = (size1 & (size1 - 1n)) === 0n;
  const [first, ...rest] = isPowerOfTwo ? [root1, ...proof] : proof;
  let fn = size1 - 1n, sn = size2 - 1n;
  while (isOdd(fn)) {
    fn >>= 1n;
    sn >>= 1n;
  }
  let fr = first, sr = first;
  for (const c of rest) {
    if (sn === 0n) return false;
    if (isOdd(fn) || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while (!isOdd(fn) && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      sr = nodeHash(sr, c);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && fr.equals(root1) && sr.equals(root2);
}
