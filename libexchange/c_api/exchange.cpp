// The functions of exchange.h. Each body is one guard around one call into the library.
#include "exchange/exchange.h"

#include <unistd.h>

#include <cstring>

#include "c_api/answers.hpp"
#include "c_api/handles.hpp"
#include "c_api/seal_request.hpp"
#include "c_api/verbs.hpp"
#include "crypto/start.hpp"
#include "session/exchange_log.hpp"
#include "wire/note_codec.hpp"

using namespace xch;
using namespace xch::c_api;

namespace {

constexpr std::uint32_t kAbiMajor = 1, kAbiMinor = 0;

// Larger than we know is welcome while the rest is zero; smaller always (interfaces: options grow at the end only).
Result<xch_options> read_options(const xch_options* given) {
  xch_options out{};
  if (given == nullptr) return out;
  if (given->size < sizeof(std::uint32_t) * 2) return fail(Code::options_size);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(given);
  for (std::size_t i = sizeof(xch_options); i < given->size; ++i)
    if (bytes[i] != 0) return fail(Code::options_size);
  std::memcpy(&out, given, given->size < sizeof out ? given->size : sizeof out);
  if (out.flags != 0) return fail(Code::options_size);
  if (out.key != nullptr || out.get != nullptr || out.put != nullptr) return fail(Code::not_supported_yet);
  return out;
}

session::Environment environment_of(const xch_options& options) {
  session::Environment out = session::default_environment();
  void* user = options.user;
  if (options.clock != nullptr)
    out.clock = [fn = options.clock, user]() -> Result<Timestamp> {
      const std::int64_t ms = fn(user);
      if (ms < 0) return fail(Code::clock);
      return Timestamp{static_cast<std::uint64_t>(ms) / 1000};
    };
  if (options.log != nullptr)
    out.log = [fn = options.log, user](int level, std::string_view event) { fn(level, event.data(), event.size(), user); };
  if (options.secret != nullptr)
    out.secret = [fn = options.secret, user](std::string_view what) -> Result<crypto::SecretBytes> {
      crypto::SecretBytes room(1024);
      std::size_t n = room.size();
      const std::string name(what);
      if (fn(name.c_str(), room.expose_mutable().data(), &n, user) != 0 || n > room.size())
        return fail(Code::key_passphrase_missing);
      return crypto::SecretBytes(room.expose().sub(0, n));
    };
  return out;
}

Status give(xch_buf** out, const std::string& text) {
  XCH_ASSIGN(auto buffer, make_buffer(ByteView(std::string_view(text))));
  *out = buffer.release();
  return Ok{};
}

/// An answer with values in it: its text is wiped once it stands in the caller's buffer.
Status give_wiped(xch_buf** out, const Json& answer) {
  std::string text = wire::write_json(answer);
  const Status done = give(out, text);
  crypto::wipe(MutableView(reinterpret_cast<std::uint8_t*>(text.data()), text.size()));
  return done;
}

ByteView view_of(xch_slice slice) { return ByteView(slice.p, slice.n); }

Status seal_into(xch_ctx* ctx, session::SealRequest request, xch_sealed** sealed) {
  XCH_ASSIGN(session::Session * session, session_of(ctx));
  XCH_ASSIGN(auto done, session->seal(request));
  auto out = std::make_unique<xch_sealed>();
  out->answer = std::move(done);
  out->report = wire::write_json(sealed_json(out->answer));
  *sealed = out.release();
  return Ok{};
}

Result<session::OpenAnswer> open_or_refuse(session::Session& session, ByteView envelope, const char* request_json) {
  XCH_ASSIGN(const Request request, Request::parse(request_json, {"as_repeat"}));
  XCH_ASSIGN(const bool as_repeat, request.flag_or("as_repeat", false));
  const auto as = as_repeat ? session::OpenAs::repeat : session::OpenAs::usual;
  XCH_ASSIGN(session::OpenAnswer opened, session.open_envelope(envelope, as));
  if (opened.notes.empty() && !opened.refused.empty()) return fail(opened.refused.front());
  return opened;
}

// The note of the wanted type, rebuilt from the fields given in full.
Status give_message(const session::OpenAnswer& opened, std::uint64_t type_id, xch_buf** message) {
  if (opened.notes.size() != 1) return fail(Code::usage);
  const auto& note = opened.notes.front().opened;
  if (note.schema->type_id != type_id) return fail(Code::json_wrong_type);
  wire::NoteCells cells;
  for (const auto& cell : note.cells)
    if (note.schema->slots[cell.slot].full_slot == cell.slot) cells.push_back({cell.slot, cell.present, cell.value});
  XCH_ASSIGN(const MutableView rebuilt, wire::note_from_cells(*note.type, cells, *opened.bundle.arena));
  XCH_ASSIGN(auto buffer, make_buffer(rebuilt));
  *message = buffer.release();
  return Ok{};
}

}  // namespace

extern "C" {

XCH_API int32_t xch_error_code(const xch_error* error) { return error == nullptr ? XCH_OK : error->info->xch; }
XCH_API const char* xch_error_id(const xch_error* error) { return error == nullptr ? "" : error->info->id.data(); }
XCH_API const char* xch_error_text(const xch_error* error) { return error == nullptr ? "" : error->info->text.data(); }
XCH_API const char* xch_error_path(const xch_error* error) { return error == nullptr ? "" : error->path.c_str(); }
XCH_API const char* xch_error_fix(const xch_error* error) { return error == nullptr ? "" : error->info->fix.data(); }
XCH_API int32_t xch_error_exit(const xch_error* error) { return error == nullptr ? 0 : error->info->exit; }
XCH_API void xch_error_free(xch_error* error) { drop_error(error); }

XCH_API const uint8_t* xch_buf_data(const xch_buf* buf) { return buf == nullptr ? nullptr : buf->data; }
XCH_API size_t xch_buf_size(const xch_buf* buf) { return buf == nullptr ? 0 : buf->size; }
XCH_API void xch_buf_free(xch_buf* buf) { delete buf; }

XCH_API uint32_t xch_abi_version(void) { return kAbiMajor << 16 | kAbiMinor; }

XCH_API int32_t xch_open(const char* home, const xch_options* options, xch_ctx** out, xch_error** error) {
  return guard(error, [&]() -> Status {
    // The context owns drop_user from here on, so that a failed open drops it too.
    auto ctx = std::make_unique<xch_ctx>();
    if (options != nullptr && options->size >= sizeof(xch_options)) {
      ctx->options.user = options->user;
      ctx->options.drop_user = options->drop_user;
    }
    if (out == nullptr) return fail(Code::usage);
    *out = nullptr;
    XCH_ASSIGN(ctx->options, read_options(options));
    ctx->owner = ::getpid();
    ctx->environment = environment_of(ctx->options);
    XCH_TRY(crypto::start());
    if (home != nullptr) {
      XCH_ASSIGN(ctx->session, session::Session::open(home, ctx->environment));
    }
    *out = ctx.release();
    return Ok{};
  });
}

XCH_API void xch_close(xch_ctx* ctx) {
  if (ctx == nullptr || ctx->magic != kContextMagic) return;
  // Where a batch of the log is due; what cannot be written now waits.
  const auto tend = [&]() -> Status {
    if (ctx->session != nullptr && ctx->owner == ::getpid()) ctx->session->exchange_log().tend_if_used();
    return Ok{};
  };
  static_cast<void>(guard(nullptr, tend));
  delete ctx;
}

XCH_API size_t xch_sealed_count(const xch_sealed* sealed) {
  return sealed == nullptr ? 0 : sealed->answer.envelopes.size();
}
XCH_API int32_t xch_sealed_envelope(const xch_sealed* sealed, size_t i, xch_slice* envelope, xch_slice* mailbox) {
  if (sealed == nullptr || i >= sealed->answer.envelopes.size()) return XCH_NOT_FOUND;
  const auto& bytes = sealed->answer.envelopes[i].envelope;
  const auto& name = sealed->answer.mailboxes[i];
  if (envelope != nullptr) *envelope = {bytes.data(), bytes.size()};
  if (mailbox != nullptr) *mailbox = {reinterpret_cast<const uint8_t*>(name.data()), name.size()};
  return XCH_OK;
}
XCH_API int32_t xch_sealed_report(const xch_sealed* sealed, xch_slice* report_json) {
  if (sealed == nullptr || report_json == nullptr) return XCH_E_USAGE;
  *report_json = {reinterpret_cast<const uint8_t*>(sealed->report.data()), sealed->report.size()};
  return XCH_OK;
}
XCH_API void xch_sealed_free(xch_sealed* sealed) { delete sealed; }

XCH_API int32_t xch_seal_json(xch_ctx* ctx, const char* request_json, xch_sealed** sealed, xch_error** error) {
  return guard(error, [&]() -> Status {
    if (request_json == nullptr || sealed == nullptr) return fail(Code::usage);
    *sealed = nullptr;
    XCH_TRY(usable(ctx));
    XCH_ASSIGN(auto request, seal_request(request_json, NotesIn::request));
    return seal_into(ctx, std::move(request), sealed);
  });
}

XCH_API int32_t xch_open_json(xch_ctx* ctx, xch_slice envelope, const char* request_json, xch_buf** answer_json,
                              xch_error** error) {
  return guard(error, [&]() -> Status {
    if (request_json == nullptr || answer_json == nullptr) return fail(Code::usage);
    *answer_json = nullptr;
    XCH_ASSIGN(session::Session * session, session_of(ctx));
    XCH_ASSIGN(const auto opened, open_or_refuse(*session, view_of(envelope), request_json));
    XCH_ASSIGN(const Json report, opened_json(opened));
    return give_wiped(answer_json, report);
  });
}

XCH_API int32_t xch_seal_capnp(xch_ctx* ctx, uint64_t type_id, xch_slice schema_hash, const xch_slice* messages, size_t n,
                               const char* request_json, xch_sealed** sealed, xch_error** error) {
  return guard(error, [&]() -> Status {
    if (request_json == nullptr || sealed == nullptr || messages == nullptr || n == 0) return fail(Code::usage);
    *sealed = nullptr;
    XCH_ASSIGN(session::Session * session, session_of(ctx));
    XCH_ASSIGN(auto request, seal_request(request_json, NotesIn::call));
    SchemaDigest digest;
    if (!digest.copy_from(view_of(schema_hash))) return fail(Code::usage);
    XCH_ASSIGN(const std::string type, session->type_name(type_id, digest));
    for (std::size_t i = 0; i < n; ++i) {
      session::NoteSource source;
      source.type = type;
      source.message = view_of(messages[i]);
      request.notes.push_back(std::move(source));
    }
    return seal_into(ctx, std::move(request), sealed);
  });
}

XCH_API int32_t xch_open_capnp(xch_ctx* ctx, xch_slice envelope, uint64_t type_id, xch_buf** message,
                               xch_buf** report_json, xch_error** error) {
  return guard(error, [&]() -> Status {
    if (message == nullptr || report_json == nullptr) return fail(Code::usage);
    *message = nullptr;
    *report_json = nullptr;
    XCH_ASSIGN(session::Session * session, session_of(ctx));
    XCH_ASSIGN(const auto opened, open_or_refuse(*session, view_of(envelope), "{}"));
    XCH_ASSIGN(const Json report, opened_json(opened));
    XCH_TRY(give_message(opened, type_id, message));
    return give_wiped(report_json, report);
  });
}

XCH_API int32_t xch_call(xch_ctx* ctx, const char* verb, const char* request_json, xch_buf** answer_json,
                         xch_error** error) {
  return guard(error, [&]() -> Status {
    if (verb == nullptr || request_json == nullptr || answer_json == nullptr) return fail(Code::usage);
    *answer_json = nullptr;
    XCH_TRY(usable(ctx));
    const VerbRow* row = find_verb(verb);
    if (row == nullptr) return fail(Code::unknown_verb);
    session::Session* session = nullptr;
    if (row->needs == Needs::home) {
      XCH_ASSIGN(session, session_of(ctx));
    }
    if (row->needs == Needs::either) session = ctx->session.get();
    XCH_ASSIGN(const Json answer, row->run(Call{*ctx, session, request_json}));
    return give_wiped(answer_json, answer);
  });
}

}  // extern "C"
