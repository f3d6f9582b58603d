'use strict';
// Seals notes and opens envelopes through libexchange. The library is found as the dynamic linker finds it.
const fs = require('fs');
const path = require('path');
const exchange = require('./exchange.js');

const USAGE = `
usage: node notes.js seal HOME PASSPHRASE-FILE REQUEST.json FOLDER   seal, one file per envelope into FOLDER
       node notes.js open HOME PASSPHRASE-FILE ENVELOPE...           open, each answer as a line of JSON
       node notes.js version                                         which library this is`;

function main([command, ...rest]) {
  if (command === 'version' && rest.length === 0) {
    const nobody = exchange.open();
    console.log(JSON.stringify(nobody.call('version')));
    nobody.close();
    return 0;
  }
  if (!(command === 'seal' && rest.length === 4) && !(command === 'open' && rest.length >= 3)) {
    console.error(USAGE.trim());
    return 2;
  }
  const [homePath, passphrase, ...files] = rest;
  const home = exchange.open(homePath, { secret: () => line(passphrase) });
  try {
    if (command === 'open') {
      for (const file of files) console.log(JSON.stringify(home.openEnvelope(fs.readFileSync(file))));
      return 0;
    }
    const [request, folder] = files;
    for (const { mailbox, data } of home.seal(JSON.parse(fs.readFileSync(request, 'utf8'))).envelopes) {
      fs.writeFileSync(path.join(folder, `${mailbox}.lxe`), data);
      console.log(`to ${mailbox}: ${data.length} bytes`);
    }
    return 0;
  } finally {
    home.close();
  }
}

/** A file's content without its last line break. */
function line(file) {
  const all = fs.readFileSync(file);
  let n = all.length;
  while (n > 0 && (all[n - 1] === 10 || all[n - 1] === 13)) --n;
  return all.subarray(0, n);
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (failure) {
  if (failure instanceof exchange.ExchangeError) {
    console.error(`${failure.message}\n  ${failure.fix}`);
    process.exitCode = failure.exit;
  } else if (failure.code === 'ENOENT') {
    console.error(failure.message);
    process.exitCode = 4;
  } else if (failure instanceof SyntaxError) {
    console.error('the request is not JSON');  // the parser's own text would quote it
    process.exitCode = 2;
  } else {
    throw failure;
  }
}
