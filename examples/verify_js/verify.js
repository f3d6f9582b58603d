#!/usr/bin/env node
// Checks the evidence of an exchange log with nothing of libexchange: docs/log.md, "A second verifier".
import { run } from './commands.js';

const { exit, line } = run(process.argv.slice(2));
(exit === 0 ? console.log : console.error)(exit === 0 ? line : `verify: ${line}`);
process.exitCode = exit;
