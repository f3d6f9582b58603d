// What every file of a log is made of: lines, numbers, base64, and the two ways in which a check ends early.
import fs from 'node:fs';

/** The exit statuses, the same as those of exchange-verify. */
export const EXIT = { verified: 0, machine: 1, usage: 2, forged: 5, unsure: 6 };

export class Refusal extends Error {
  constructor(exit, sentence) {
    super(sentence);
    this.exit = exit;
  }
}

/** For what an honest log cannot have written. */
export function forged(sentence) {
  throw new Refusal(EXIT.forged, sentence);
}
/** For what nobody can tell from the files at hand. */
export function unsure(sentence) {
  throw new Refusal(EXIT.unsure, sentence);
}
export function usage(sentence) {
  throw new Refusal(EXIT.usage, sentence);
}

/** The content of a file; undefined where there is none. More than `limit` bytes are no file of a log. */
export function readIfThere(path, limit) {
  let file;
  try {
    // Without O_NONBLOCK a pipe that stands in a file's place would be waited for.
    file = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    const status = fs.fstatSync(file);
    if (!status.isFile()) unsure(`this is not a file: ${path}`);
    if (status.size > limit) forged(`a file is too long: ${path}`);
    return fs.readFileSync(file);
  } catch (error) {
    if (error instanceof Refusal || error.code === undefined) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    return unsure(`a file cannot be read: ${path}`);
  } finally {
    if (file !== undefined) fs.closeSync(file);
  }
}

export function read(path, limit) {
  return readIfThere(path, limit) ?? unsure(`there is no file ${path}`);
}

/** Bytes as text; undefined if they are not UTF-8. A byte order mark stays what it is: part of the text. */
export function utf8(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Standard base64 with padding; undefined for any other spelling, also for bits left over that are not zero. */
export function base64(text) {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

export function hash(text) {
  const bytes = base64(text);
  return bytes?.length === 32 ? bytes : undefined;
}

/** A decimal number below 2^63, as a BigInt, without sign and without leading zeros. */
export function number(text) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text)) return undefined;
  const value = BigInt(text);
  return value < 1n << 63n ? value : undefined;
}

/** The lines of a text whose last line has its end too; undefined if it has not. */
export function lines(text) {
  if (text === '') return [];
  return text.endsWith('\n') ? text.slice(0, -1).split('\n') : undefined;
}
