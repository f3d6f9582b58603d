// Policies (c2sp.org/tlog-policy): which logs and witnesses count, and which witnesses together are enough.
import { readKey } from './note.js';
import { lines, number, usage } from './text.js';

const LOG_TYPE = 1;
const MAX_LOGS = 128;
const MAX_NAMES = 256;

const bad = (sentence) => usage(`the policy: ${sentence}`);

/** A name that is enough once `needed` of its members are; a witness is enough once it has signed. */
class Names {
  #all = new Map();
  #members = new Set();

  add(name, isEnough) {
    if (name === 'none' || this.#all.has(name)) bad(`two things have the name ${name}`);
    this.#all.set(name, isEnough);
    if (this.#all.size > MAX_NAMES) bad('it has too many names');
  }
  get(name) {
    return this.#all.get(name) ?? bad(`nothing before has the name ${name}`);
  }
  member(name) {
    const isEnough = this.get(name);
    if (this.#members.has(name)) bad(`${name} is a member twice`);
    this.#members.add(name);
    return isEnough;
  }
}

function readCount(word, members) {
  if (word === 'any') return 1;
  if (word === 'all') return members;
  const count = number(word);
  const isOne = count !== undefined && count >= 1n && count <= BigInt(members);
  return isOne ? Number(count) : bad('a group does not say how many of its members are enough');
}

/** From the bytes of a policy: logs, witnesses, and isEnough(signers), which takes a set of keys. */
export function readPolicy(bytes) {
  // "all octets with the high bit set are opaque": one character for each octet, whatever the encoding.
  const text = bytes.toString('latin1');
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) bad('it has a control character');
  const policy = { logs: [], witnesses: [], isEnough: undefined };
  const names = new Names();
  const key = (word, isLog) => {
    const read = readKey(Buffer.from(word, 'latin1').toString('utf8'));
    if ((read.type === LOG_TYPE) !== isLog) bad('a key is of another type');
    const isKnown = (known) => known.bytes.equals(read.bytes);
    if ([...policy.logs, ...policy.witnesses].some(isKnown)) bad('a key is there twice');
    return read;
  };
  const kinds = {
    log: (rest) => {
      if (rest.length > 2 || policy.logs.length === MAX_LOGS) bad('a log is a key and perhaps a URL');
      policy.logs.push(key(rest[0], true));
    },
    witness: ([name, ...rest]) => {
      if (rest.length < 1 || rest.length > 2) bad('a witness is a name, a key and perhaps a URL');
      const witness = key(rest[0], false);
      policy.witnesses.push(witness);
      names.add(name, (signers) => signers.has(witness));
    },
    group: ([name, count, ...rest]) => {
      if (rest.length === 0) bad('a group has no members');
      const members = rest.map((member) => names.member(member));
      const needed = readCount(count, members.length);
      names.add(name, (signers) => members.filter((isEnough) => isEnough(signers)).length >= needed);
    },
    quorum: ([name, ...rest]) => {
      if (rest.length > 0 || policy.isEnough) bad('there is one quorum, of one name');
      policy.isEnough = name === 'none' ? () => true : names.get(name);
    },
  };
  for (const line of lines(text) ?? bad('its last line has no end')) {
    const [kind, ...rest] = line.split(/[ \t]+/).filter((word) => word !== '');
    if (kind === undefined || kind.startsWith('#')) continue;
    if (!Object.hasOwn(kinds, kind) || rest.length === 0) bad('a line is none of log, witness, group and quorum');
    kinds[kind](rest);
  }
  if (!policy.isEnough) bad('it has no quorum');
  return policy;
}
