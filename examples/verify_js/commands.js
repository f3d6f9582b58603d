// The commands: arguments in, exit status and one line out.
import path from 'node:path';
import { checkFolder } from './folder.js';
import { isHeader, labelledHash, openHeader } from './header.js';
import { makeTrust, openCheckpoint, readEvidence, readHashes, readKey, readProof, trustPolicy } from './note.js';
import { readPolicy } from './policy.js';
import { EXIT, Refusal, forged, number, read, usage, utf8 } from './text.js';
import { includes, isBeginning, leafHash } from './tree.js';

const HELP = `usage: node verify.js checkpoint  KEYS FILE
       node verify.js proof       KEYS PROOF ENTRY
       node verify.js consistency KEYS OLD NEW PROOF
       node verify.js log         KEYS [--since OLD] FOLDER
       node verify.js evidence    KEYS [--party KEY-ID] FILE
keys:  --log-key KEY [--witness KEY]... [--quorum N]; all witnesses must have signed, unless N says how many
       or --policy FILE [--log-key KEY]: a policy of logs and witnesses (tlog-policy)
       --party KEY-ID: of evidence that is a note's header the agency's identity key, by its id in hex
exit status: 0 it holds; 2 the command is wrong; 5 forged or damaged; 6 it cannot be told; 1 the machine failed`;

const TEXT_MAX = 1 << 20;
const ENTRY_MAX = 0xffff;
const POLICY_MAX = 256 << 10;

function readKeyId(hex) {
  return /^[0-9a-f]{64}$/.test(hex) ? Buffer.from(hex, 'hex') : usage('--party takes the id of a key, in hex');
}

function readArguments(words) {
  const given = { files: [], witnesses: [] };
  const once = (name, value) => {
    if (given[name] !== undefined) usage(`--${name} is given twice`);
    given[name] = value;
  };
  for (let i = 0; i < words.length; ++i) {
    if (!words[i].startsWith('--')) {
      given.files.push(words[i]);
      continue;
    }
    const [option, value] = [words[i], words[++i]];
    if (value === undefined) usage(`nothing follows ${option}`);
    if (option === '--log-key') once('log-key', readKey(value));
    else if (option === '--witness') given.witnesses.push(readKey(value));
    else if (option === '--quorum') once('quorum', number(value) ?? usage('--quorum takes a number'));
    else if (option === '--policy') once('policy', readPolicy(read(value, POLICY_MAX)));
    else if (option === '--since') once('since', value);
    else if (option === '--party') once('party', readKeyId(value));
    else usage(`there is no option ${option}`);
  }
  // Headers alone need no log's key.
  if (given.party && !given.policy && !given['log-key']) return { ...given, trust: undefined };
  if (given.policy) {
    if (given.witnesses.length > 0 || given.quorum !== undefined) usage('a policy names the witnesses and the quorum');
    return { ...given, trust: trustPolicy(given.policy, given['log-key']) };
  }
  if (!given['log-key']) usage('the key of the log is missing (--log-key)');
  return { ...given, trust: makeTrust(given['log-key'], given.witnesses, given.quorum) };
}

const fileOf = (file, trust) => openCheckpoint(read(file, TEXT_MAX), trust);
// Of an older checkpoint the witnesses are not asked: who signs the newer one has seen that it contains the older.
const withoutQuorum = (trust) => ({ ...trust, isEnough: () => true });
const olderOf = (file, trust) => fileOf(file, withoutQuorum(trust));

/** What one part of evidence says of a log: a note's header, or a signed checkpoint. */
function shownBy(part, { party, trust }) {
  if (isHeader(part)) {
    if (!party) usage("the evidence is a note's header: the id of its agency's key is missing (--party)");
    return openHeader(part, party);
  }
  if (!trust) usage('the evidence is a checkpoint: the key of the log is missing (--log-key)');
  const { origin, size, root } = openCheckpoint(part, withoutQuorum(trust));
  return { name: origin, origin: labelledHash('LX1 log origin', Buffer.from(origin)), size, root };
}
const sameLog = (one, other) => one.origin === other.origin || forged('the checkpoints are of two logs');

const COMMANDS = {
  checkpoint: {
    files: 1,
    run: ({ files, trust }) => [fileOf(files[0], trust), 'signed'],
  },
  proof: {
    files: 2,
    run: ({ files, trust }) => {
      const proof = readProof(read(files[0], TEXT_MAX));
      const checkpoint = openCheckpoint(proof.note, trust);
      const leaf = leafHash(read(files[1], ENTRY_MAX));
      if (!includes(proof.index, checkpoint.size, leaf, proof.hashes, checkpoint.root))
        forged('the proof does not show that the entry stands in the log');
      return [checkpoint, `the entry is number ${proof.index}`];
    },
  },
  consistency: {
    files: 3,
    run: ({ files, trust }) => {
      const older = olderOf(files[0], trust), newer = fileOf(files[1], trust);
      sameLog(older, newer);
      const proof = readHashes(utf8(read(files[2], TEXT_MAX)) ?? forged('the proof is not text'));
      // Every log begins with the empty one: there is nothing to prove.
      const fromNothing = older.size === 0n && proof.length === 0;
      if (!fromNothing && !isBeginning(older.size, newer.size, older.root, newer.root, proof))
        forged('the proof does not show that the newer checkpoint contains the older one');
      return [newer, `contains the ${older.size} entries of the older checkpoint`];
    },
  },
  log: {
    files: 1,
    run: ({ files: [folder], trust, since }) => {
      const checkpoint = fileOf(path.join(folder, 'checkpoint'), trust);
      const earlier = since === undefined ? undefined : olderOf(since, trust);
      if (earlier) sameLog(earlier, checkpoint);
      checkFolder(folder, checkpoint, earlier);
      const more = earlier ? `, contains the ${earlier.size} entries of the earlier checkpoint` : '';
      return [checkpoint, `all entries and tiles are there${more}`];
    },
  },
  evidence: {
    files: 1,
    run: (given) => {
      const evidence = readEvidence(read(given.files[0], 3 * TEXT_MAX));
      const first = shownBy(evidence.first, given), second = shownBy(evidence.second, given);
      if (!first.origin.equals(second.origin)) forged('the checkpoints are of two logs');
      const { begins, proof } = evidence;
      const proves = begins
        ? first.size < second.size && !begins.equals(first.root) &&
          isBeginning(first.size, second.size, begins, second.root, proof)
        : first.size === second.size && !first.root.equals(second.root);
      if (!proves) forged('the two checkpoints may be of one history');
      const name = first.name ?? second.name ?? "the agency's log";
      return [{ ...second, origin: name }, `the log has shown two histories, the other one of ${first.size} entries`];
    },
  },
};

function perform([name, ...words]) {
  if (['--help', '-h', 'help'].includes(name)) return HELP;
  if (name === undefined || !Object.hasOwn(COMMANDS, name)) usage(`a command is one of ${Object.keys(COMMANDS)}`);
  const given = readArguments(words);
  const command = COMMANDS[name];
  if (given.files.length !== command.files) usage(`${name} takes another number of files (${command.files})`);
  if (given.since !== undefined && name !== 'log') usage('--since belongs to log');
  if (given.party && name !== 'evidence') usage('--party belongs to evidence');
  const [checkpoint, what] = command.run(given);
  const { origin, size, root, witnesses } = checkpoint;
  const signed = witnesses === undefined ? '' : `, ${witnesses} of ${given.trust.named} witnesses`;
  return `verified: ${origin}: ${size} entries, root ${root.toString('base64')}${signed}: ${what}`;
}

/** Returns the exit status and what is to be said. */
export function run(words) {
  try {
    return { exit: EXIT.verified, line: perform(words) };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const help = refusal.exit === EXIT.usage ? ' (--help)' : '';
    return { exit: refusal.exit, line: `${refusal.exit === EXIT.forged ? 'REFUSED: ' : ''}${refusal.message}${help}` };
  }
}
