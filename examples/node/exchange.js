'use strict';
// libexchange for Node.js 18 and later: a thin layer over exchange.h by koffi.
//
//     const home = exchange.open('case-management', { secret: what => passphrase() });
//     for (const { mailbox, data } of home.seal({ type: 'progress.engagement', ... }).envelopes) ...
//     home.close();
//
// Requests and answers are the JSON objects of docs/verbs.md. Calls are synchronous, a few milliseconds each (opening a
// home half a second, on purpose); a server that cannot wait makes them in a worker thread with a home of its own.
// Callbacks run inside the call. JavaScript cannot wipe a string: keep an opened note no longer than you need it.
const koffi = require('koffi');

const ABI_MAJOR = 1;

// deep (RTLD_DEEPBIND) makes libexchange use the system's libcrypto. Without it the dynamic linker gives it the one
// inside the node program, of another version and without the system's provider configuration.
const lib = koffi.load('libexchange.so.1', { deep: true });

const Slice = koffi.struct('xch_slice', { p: 'const void *', n: 'size_t' });
const SecretFn = koffi.proto('int32_t xch_secret_fn(const char *what, _Out_ void *out, _Inout_ size_t *n, void *user)');
const Options = koffi.struct('xch_options', {
  size: 'uint32_t', flags: 'uint32_t', clock: 'void *', log: 'void *', secret: koffi.pointer(SecretFn), key: 'void *',
  get: 'void *', put: 'void *', user: 'void *', drop_user: 'void *',
});
const abi = Object.fromEntries([
  'const char *xch_error_id(void *error)',
  'const char *xch_error_text(void *error)',
  'const char *xch_error_path(void *error)',
  'const char *xch_error_fix(void *error)',
  'int32_t xch_error_exit(void *error)',
  'void xch_error_free(void *error)',
  'const void *xch_buf_data(void *buf)',
  'size_t xch_buf_size(void *buf)',
  'void xch_buf_free(void *buf)',
  'uint32_t xch_abi_version()',
  'int32_t xch_open(const char *home, const xch_options *options, _Out_ void **out, _Out_ void **error)',
  'void xch_close(void *ctx)',
  'size_t xch_sealed_count(void *sealed)',
  'int32_t xch_sealed_envelope(void *sealed, size_t i, _Out_ xch_slice *envelope, _Out_ xch_slice *mailbox)',
  'int32_t xch_sealed_report(void *sealed, _Out_ xch_slice *report)',
  'void xch_sealed_free(void *sealed)',
  'int32_t xch_seal_json(void *ctx, const char *request, _Out_ void **sealed, _Out_ void **error)',
  'int32_t xch_open_json(void *ctx, xch_slice envelope, const char *request, _Out_ void **answer, _Out_ void **error)',
  'int32_t xch_call(void *ctx, const char *verb, const char *request, _Out_ void **answer, _Out_ void **error)',
].map(signature => [/(xch_\w+)\(/.exec(signature)[1], lib.func(signature)]));

if (abi.xch_abi_version() >>> 16 !== ABI_MAJOR) throw new Error(`this module is for version ${ABI_MAJOR} of the C ABI`);

/** A call that did not do what it should; code > 0 is a true answer (denied, revoked, ...), < 0 a failure. */
class ExchangeError extends Error {
  constructor(code, id, text, path, fix, exit) {
    super(`${id}: ${text}` + (path ? ` at ${path}` : ''));
    this.name = 'ExchangeError';
    Object.assign(this, { code, id, text, path, fix, exit });
  }
}

/** One open home. */
class Home {
  #context = null;
  #secret = null;

  /** secret(what) gives the passphrase as a Buffer, which is wiped after use, or null for none. */
  constructor(home, { secret } = {}) {
    if (secret) this.#secret = koffi.register(secretCallback(secret), koffi.pointer(SecretFn));
    const options = { size: koffi.sizeof(Options), flags: 0, secret: this.#secret };
    const out = [null], error = [null];
    try {
      check(abi.xch_open(home == null ? null : plain(home), options, out, error), error);
    } catch (failure) {
      this.close();
      throw failure;
    }
    this.#context = out[0];
  }

  /** Runs an administration verb (docs/verbs.md) and gives its answer. */
  call(verb, request = {}) {
    const answer = [null], error = [null];
    check(abi.xch_call(this.#opened(), plain(verb), JSON.stringify(request), answer, error), error);
    return take(answer[0]);
  }

  /** Seals the notes of a request (docs/verbs.md, "The data calls"); the envelopes are durable in the outbox. */
  seal(request) {
    const out = [null], error = [null];
    check(abi.xch_seal_json(this.#opened(), JSON.stringify(request), out, error), error);
    const sealed = out[0];
    try {
      const envelopes = [];
      for (let i = 0; i < abi.xch_sealed_count(sealed); ++i) {
        const data = {}, mailbox = {};
        abi.xch_sealed_envelope(sealed, i, data, mailbox);
        envelopes.push({ mailbox: copy(mailbox.p, mailbox.n).toString('utf8'), data: copy(data.p, data.n) });
      }
      const report = {};
      abi.xch_sealed_report(sealed, report);
      return { envelopes, report: JSON.parse(copy(report.p, report.n).toString('utf8')) };
    } finally {
      abi.xch_sealed_free(sealed);
    }
  }

  /** Opens one envelope (a Buffer) addressed to this home. */
  openEnvelope(envelope) {
    const answer = [null], error = [null];
    check(abi.xch_open_json(this.#opened(), { p: envelope, n: envelope.length }, '{}', answer, error), error);
    return take(answer[0]);
  }

  /** Frees the home and its keys. A second call does nothing. */
  close() {
    if (this.#context) abi.xch_close(this.#context);
    if (this.#secret) koffi.unregister(this.#secret);
    this.#context = this.#secret = null;
  }

  #opened() {
    if (!this.#context) throw new Error('this home is closed');
    return this.#context;
  }
}

function secretCallback(secret) {
  return (what, out, n, user) => {
    try {  // an exception must not cross the C frames below: the library then says that there was none
      const passphrase = secret(what);
      const room = Number(koffi.decode(n, 'size_t'));
      if (!passphrase || passphrase.length > room) return 1;
      koffi.encode(out, koffi.array('uint8_t', passphrase.length), passphrase);
      koffi.encode(n, 'size_t', passphrase.length);
      passphrase.fill(0);
      return 0;
    } catch {
      return 1;
    }
  };
}

function copy(pointer, n) {
  return n ? Buffer.from(koffi.decode(pointer, koffi.array('uint8_t', Number(n), 'Typed'))) : Buffer.alloc(0);
}

function take(answer) {
  try {
    return JSON.parse(copy(abi.xch_buf_data(answer), abi.xch_buf_size(answer)).toString('utf8'));
  } finally {
    abi.xch_buf_free(answer);
  }
}

function check(code, given) {
  if (code === 0) return;
  const error = given[0];
  if (!error) throw new Error(`libexchange: ${code}`);
  const failure = new ExchangeError(code, abi.xch_error_id(error), abi.xch_error_text(error), abi.xch_error_path(error),
    abi.xch_error_fix(error), abi.xch_error_exit(error));
  abi.xch_error_free(error);
  throw failure;
}

/** C takes a zero byte for the end: a longer name would be cut to another one. JSON.stringify escapes it. */
function plain(text) {
  if (text.includes('\0')) throw new RangeError('a name must not hold a zero character');
  return text;
}

module.exports = {
  ExchangeError,
  Home,
  /** Opens a home; without one: for the verbs that need none. */
  open: (home, options) => new Home(home, options),
};
