// answer.mjs COMMANDS.js: runs a command line for every line it reads, and answers each with exit status and sentence.
// One process for all: starting Node for every one of some hundred folders takes minutes.
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';

const { run } = await import(pathToFileURL(process.argv[2]));
const one = Buffer.alloc(1);
let line = '';
while (fs.readSync(0, one, 0, 1, null) === 1) {
  if (one[0] !== 10) {
    line += String.fromCharCode(one[0]);
    continue;
  }
  const { exit, line: sentence } = run(line.split(' ').filter((word) => word !== ''));
  fs.writeSync(1, `${exit} ${sentence.replaceAll('\n', ' ')}\n`);
  line = '';
}
