/* exchange.h - the C ABI of libexchange, its only binary boundary. libexchange.so.1, symbol version EXCHANGE_1, C99.
 *
 * A context is one open home: an agency's keys, store and spool. Any number of threads may use one context at once; an
 * xch_buf, xch_sealed or xch_error belongs to one thread at a time. A context is not usable in a child after fork.
 * Callbacks run only on the thread that made the call, before it returns; they must not call the same context, throw
 * or longjmp. The library starts no threads, does no network I/O, reads no environment variables and writes nothing to
 * stderr. dlclose is not supported. What a caller copies out of a buffer is the caller's to wipe. */
#ifndef XCH_H
#define XCH_H

#include <stddef.h>
#include <stdint.h>

#define XCH_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

typedef struct xch_ctx xch_ctx;
typedef struct xch_buf xch_buf;
typedef struct xch_error xch_error;
typedef struct xch_sealed xch_sealed;

/* xch_slice is a borrowed run of bytes, alive for the length of the call. */
typedef struct {
  const uint8_t *p;
  size_t n;
} xch_slice;

/* Return codes: 0 done; > 0 a true answer (no); < 0 a failure. Values are append-only. */
enum {
  XCH_OK = 0,
  XCH_DENIED = 1,    /* policy or consent does not allow it */
  XCH_EXPIRED = 2,   /* a grant, key, roster or note has expired */
  XCH_REVOKED = 3,   /* the consent was revoked or suspended */
  XCH_NOT_FOUND = 4, /* no such thing here */
  XCH_DUPLICATE = 5, /* the same call was made before */
  XCH_AGAIN = 6,     /* cannot tell yet, or busy: try again later; never treat it as done */
  XCH_E_USAGE = -1,
  XCH_E_PARSE = -2,
  XCH_E_CRYPTO = -3, /* damaged, forged or not for us */
  XCH_E_LOG = -4,
  XCH_E_STORE = -5,  /* disk or store; nothing was sealed or opened */
  XCH_E_KEY = -6,    /* key file or passphrase */
  XCH_E_LIMIT = -7,
  XCH_E_MEMORY = -8,
  XCH_E_BUG = -99
};

/* Errors come out by parameter, not through thread-local state. Every function that takes an xch_error** may be given
 * NULL; otherwise it writes NULL on success and an error to be freed by xch_error_free on any other return. A NULL
 * error with a code other than XCH_OK means that there was no memory for one. */
XCH_API int32_t xch_error_code(const xch_error *error);
/* xch_error_id is "EX2203": never reused; `exchange explain EX2203` tells more. */
XCH_API const char *xch_error_id(const xch_error *error);
/* xch_error_text is one line from a fixed table; it holds no field value, name, key or passphrase. */
XCH_API const char *xch_error_text(const xch_error *error);
/* xch_error_path is a schema or request path ("contact.phone"), or "". */
XCH_API const char *xch_error_path(const xch_error *error);
/* xch_error_fix says in one line what to do about it. */
XCH_API const char *xch_error_fix(const xch_error *error);
/* xch_error_exit is the exit status a program should end with (exchange help exit-codes). */
XCH_API int32_t xch_error_exit(const xch_error *error);
XCH_API void xch_error_free(xch_error *error);

/* xch_buf is memory of the library: aligned to 16, wiped and then freed by xch_buf_free. NULL is allowed everywhere. */
XCH_API const uint8_t *xch_buf_data(const xch_buf *buf);
XCH_API size_t xch_buf_size(const xch_buf *buf);
XCH_API void xch_buf_free(xch_buf *buf);

/* Callbacks. */
typedef int64_t (*xch_clock_fn)(void *user); /* unix milliseconds; < 0 = no clock: the call fails (EX1008) */
typedef void (*xch_log_fn)(int32_t level, const char *event_json, size_t n, void *user); /* events without content */
/* xch_secret_fn gives a passphrase: writes it to out (room for *n bytes), sets *n, returns 0; anything else: none. */
typedef int32_t (*xch_secret_fn)(const char *what, uint8_t *out, size_t *n, void *user);
/* Reserved: must be NULL until they are built (refused by name, EX1005). */
typedef int32_t (*xch_key_fn)(int32_t op, const char *key_id, xch_slice in, uint8_t *out, size_t *n, void *user);
typedef int32_t (*xch_get_fn)(const char *space, xch_slice key, uint8_t *out, size_t *n, uint64_t *version, void *user);
typedef int32_t (*xch_put_fn)(const char *space, xch_slice key, xch_slice value, uint64_t expect_version, void *user);

/* xch_options: size = sizeof(xch_options); zero is the default of every member; new members only at the end. */
typedef struct {
  uint32_t size;
  uint32_t flags; /* 0 */
  xch_clock_fn clock;
  xch_log_fn log;
  xch_secret_fn secret;
  xch_key_fn key;
  xch_get_fn get;
  xch_put_fn put;
  void *user;
  void (*drop_user)(void *user); /* called once, by xch_close or by a failed xch_open */
} xch_options;

/* xch_abi_version is major << 16 | minor. */
XCH_API uint32_t xch_abi_version(void);

/* xch_open opens a home (asks `secret` for its passphrase; about half a second, on purpose). home NULL gives a context
 * for verbs that need no home (coalition.init, agency.init, inspect, explain, bench). */
XCH_API int32_t xch_open(const char *home, const xch_options *options, xch_ctx **out, xch_error **error);
/* xch_close frees a context and its keys. No call may be under way. */
XCH_API void xch_close(xch_ctx *ctx);

/* A sealing call makes several envelopes: one per recipient, and one batch for each isolated class. */
XCH_API size_t xch_sealed_count(const xch_sealed *sealed);
/* xch_sealed_envelope gives envelope i and the mailbox (recipient's name, UTF-8) it goes to; borrowed until free. */
XCH_API int32_t xch_sealed_envelope(const xch_sealed *sealed, size_t i, xch_slice *envelope, xch_slice *mailbox);
/* xch_sealed_report gives the call's answer as JSON {"v":1,"kind":"sealed",...}; borrowed until free. */
XCH_API int32_t xch_sealed_report(const xch_sealed *sealed, xch_slice *report_json);
XCH_API void xch_sealed_free(xch_sealed *sealed);

/* xch_seal_json seals the notes of a request (docs/verbs.md, "seal"). Returned envelopes are durable in the outbox and,
 * unless "deliver" is false, in the spool. */
XCH_API int32_t xch_seal_json(xch_ctx *ctx, const char *request_json, xch_sealed **sealed, xch_error **error);
/* xch_open_json opens one envelope; the answer ({"v":1,"kind":"opened",...}) is returned after its event is durable.
 * Code of the first refusal when nothing opened. */
XCH_API int32_t xch_open_json(xch_ctx *ctx, xch_slice envelope, const char *request_json, xch_buf **answer_json,
                              xch_error **error);
/* xch_seal_capnp seals canonical Cap'n Proto messages (one segment, no frame) of one type; schema_hash is
 * exchange::Record<T>::schema_hash(), 32 bytes. request_json as for xch_seal_json without the notes. */
XCH_API int32_t xch_seal_capnp(xch_ctx *ctx, uint64_t type_id, xch_slice schema_hash, const xch_slice *messages, size_t n,
                               const char *request_json, xch_sealed **sealed, xch_error **error);
/* xch_open_capnp opens one envelope with one note of this type: the message holds the fields given in full; the report
 * holds the rest of the answer of xch_open_json, generalised values included. */
XCH_API int32_t xch_open_capnp(xch_ctx *ctx, xch_slice envelope, uint64_t type_id, xch_buf **message,
                               xch_buf **report_json, xch_error **error);
/* xch_call runs an administration verb (docs/verbs.md): "consent.issue", "roster.import", ... */
XCH_API int32_t xch_call(xch_ctx *ctx, const char *verb, const char *request_json, xch_buf **answer_json,
                         xch_error **error);

#ifdef __cplusplus
}
#endif
#endif
