#include "message/open.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include "crypto/hpke.hpp"
#include "crypto/labels.hpp"
#include "crypto/padme.hpp"
#include "message/cells.hpp"
#include "message/frame.hpp"
#include "message/open_view.hpp"
#include "wire/records.hpp"

namespace xch::message {
namespace {

struct Outer {
  GateKey key;
  MutableView body;
};

// Step 1: size, magic, suite enabled. Only bytes that need no key are read.
Result<SuiteId> check_frame(ByteView envelope) {
  if (envelope.size() < kFrame) return fail(Code::open_too_short);
  if (envelope.size() > kMaxEnvelope) return fail(Code::open_too_long);
  if (has_magic(envelope, kBreakGlassMagic)) return fail(Code::break_glass_reserved);
  if (has_magic(envelope, kOneShotMagic)) return fail(Code::one_shot_elsewhere);
  if (!has_magic(envelope, kNoteMagic)) return fail(Code::open_magic);
  const auto suite = static_cast<SuiteId>(load_u16(envelope.data() + 4));
  if (!is_enabled(suite)) return fail(Code::open_suite);
  if (envelope.size() < kFrame + crypto::hpke_overhead(suite) + kMinBody) return fail(Code::open_too_short);
  return suite;
}

// Step 2: the live agency keys, newest first. Every key is tried; which one failed is nobody's business.
Result<Outer> open_outer(ByteView envelope, SuiteId suite, const Knowledge& knowledge, Memory& memory) {
  const std::size_t length = envelope.size() - kFrame - crypto::hpke_overhead(suite);
  XCH_ASSIGN(MutableView body, memory.take(length));
  for (const auto& key : knowledge.gate_keys()) {
    if (key.key == nullptr || key.key->suite() != suite) continue;
    const auto opened = crypto::hpke_open(*key.key, envelope_hpke_info(knowledge.self(), key.id), envelope.sub(0, kFrame),
                                          envelope.sub(kFrame), body, Code::open_outer);
    if (opened) return Outer{key, body};
  }
  return fail(Code::open_outer);
}

Code bundle_code(Code code) {
  switch (code) {
    case Code::record_not_canonical: return Code::open_body_canonical;
    case Code::record_version: return Code::open_body_version;
    case Code::record_enum: return Code::open_body_enum;
    case Code::record_limit: return Code::open_bundle_limit;
    default: return Code::open_bundle;
  }
}
#define XCH_DECODE(decl, expr)                                                    \
  auto XCH_CONCAT(xch_decoded_, __LINE__) = (expr);                               \
  if (!XCH_CONCAT(xch_decoded_, __LINE__))                                        \
    return fail(bundle_code(XCH_CONCAT(xch_decoded_, __LINE__).error().code));    \
  decl = std::move(*XCH_CONCAT(xch_decoded_, __LINE__))

// Step 3, first half: Padme fixed point, zero padding.
Result<ByteView> unpad(ByteView body) {
  if (body.size() < kMinBody || !crypto::is_padme(body.size())) return fail(Code::open_padme);
  return content_of(body, Code::open_padding);
}

// Staples ascend and none is superfluous. A view whose own staple is missing or damaged is judged in step 11.
Status check_staples(const ParsedBundle& parsed) {
  const ParsedStaple* before = nullptr;
  std::size_t unused = 0;
  std::set<StatusHash> stapled;
  for (const auto& staple : parsed.staples) {
    if (!staple.decoded) continue;
    const bool ascending = before == nullptr || before->hash < staple.hash ||
                           (before->hash == staple.hash && before->chunk < staple.chunk);
    if (!ascending) return fail(Code::open_bundle);
    const bool used = std::any_of(parsed.views.begin(), parsed.views.end(),
                                  [&](const auto& view) { return view.header.status == staple.hash; });
    unused += used ? 0 : 1;
    stapled.insert(staple.hash);
    before = &staple;
  }
  const bool all_stapled = std::all_of(parsed.views.begin(), parsed.views.end(),
                                       [&](const auto& view) { return stapled.count(view.header.status) != 0; });
  if (unused != 0 && all_stapled) return fail(Code::open_bundle);
  return Ok{};
}

// Step 3, second half: the bundle decodes within its limits, its bodies are canonical, no header stands twice.
Result<ParsedBundle> parse_bundle(ByteView bytes, Memory& memory) {
  XCH_ASSIGN(MutableView aligned, memory.take(bytes.size()));
  std::memcpy(aligned.data(), bytes.data(), bytes.size());
  ParsedBundle out;
  XCH_DECODE(out.bundle, wire::decode_bundle(aligned));
  std::size_t slots = 0, wraps = 0;
  std::set<HeaderHash> seen;
  for (const auto& encoded : out.bundle.views) {
    ParsedView parsed;
    XCH_DECODE(parsed.view, wire::decode_view(encoded));
    XCH_DECODE(parsed.header, wire::decode_header(parsed.view.core));
    XCH_DECODE(parsed.terms, wire::decode_terms(parsed.view.terms));
    slots += parsed.view.slots.size();
    wraps += parsed.view.wraps.size();
    if (slots > kMaxBundleSlots || wraps > kMaxBundleWraps) return fail(Code::open_bundle_limit);
    parsed.hash = header_hash(parsed.view.core, parsed.view.slots_root);
    if (!seen.insert(parsed.hash).second) return fail(Code::open_header_twice);
    out.views.push_back(std::move(parsed));
  }
  for (const auto& encoded : out.bundle.staples) {
    ParsedStaple parsed;
    parsed.bytes = encoded;
    if (auto staple = wire::decode_staple(encoded)) {
      parsed.decoded = true;
      parsed.hash = grant::status_hash(staple->signed_body.body);
      parsed.chunk = staple->chunk_index;
      parsed.staple = std::move(*staple);
    }
    out.staples.push_back(std::move(parsed));
  }
  XCH_TRY(check_staples(out));
  return out;
}

// Step 6: one time and one sender key in all cores; the chain's windows and the roster of that time.
Status check_sender(const ParsedBundle& parsed, const ProvenBundle& proven, bool roster_known) {
  const NoteHeader& first = parsed.views.front().header;
  for (const auto& view : parsed.views) {
    if (view.header.sealed_at != first.sealed_at) return fail(Code::open_times_differ);
    if (view.header.sender_key != proven.chain->leaf().id) return fail(Code::open_sender_key);
  }
  if (first.sealed_at > proven.now + kClockSkew) return fail(Code::open_from_future);
  XCH_TRY(party::valid_at(*proven.chain, *proven.roster, first.sealed_at));
  // An expired newest roster, or none of that time: the answer is cannot tell.
  const auto newest = proven.knowledge.newest_roster();
  if (!roster_known || !newest || !newest->is_current(proven.now)) return fail(Code::open_roster_unsure);
  for (const auto& view : parsed.views)
    if (view.header.policy_pack != proven.roster->roster().policy_pack) return fail(Code::open_policy_pack);
  if (proven.roster->roster().suite != proven.suite) return fail(Code::open_suite_pin);
  return Ok{};
}

}  // namespace

Result<ParsedBundle> open_and_parse(ByteView envelope, const Knowledge& knowledge, Memory& memory) {
  XCH_ASSIGN(const SuiteId suite, check_frame(envelope));
  XCH_ASSIGN(const Outer outer, open_outer(envelope, suite, knowledge, memory));
  XCH_ASSIGN(const ByteView bytes, unpad(outer.body));
  XCH_ASSIGN(ParsedBundle parsed, parse_bundle(bytes, memory));
  parsed.suite = suite;
  parsed.opened_with = outer.key;
  return parsed;
}

Result<OpenedBundle> open(ByteView envelope, const Knowledge& knowledge, SecretCache& cache, crypto::ArenaPool& arenas,
                          Timestamp now) {
  XCH_ASSIGN(auto arena, arenas.lease());
  XCH_ASSIGN(ParsedBundle parsed, open_and_parse(envelope, knowledge, *arena));  // 1 to 3

  // Step 4: the sender's key chain, by the roster of the time it claims (step 6 judges that time).
  const Timestamp sealed_at = parsed.views.front().header.sealed_at;
  auto roster = knowledge.roster_at(sealed_at);
  const bool roster_known = roster != nullptr;
  if (!roster) roster = knowledge.newest_roster();
  if (!roster) return fail(Code::open_roster_unsure);
  XCH_ASSIGN(auto chain, knowledge.chains().verify_bytes(parsed.bundle.chain, {KeyKind::seat}, *roster));

  // Step 5: the signature over batch_root.
  XCH_TRY(crypto::verify(chain->leaf_key, chain->leaf().id, crypto::sign_label(Kind::note), parsed.bundle.batch_root,
                         parsed.bundle.signature, Code::open_batch_signature));

  ProvenBundle proven{knowledge,      cache, now, parsed.suite, crypto::sha256(envelope), parsed.opened_with,
                      std::move(roster), std::move(chain), nullptr, parsed.bundle.batch_root,
                      parsed.bundle.signature, std::move(parsed.staples), {}};
  XCH_TRY(check_sender(parsed, proven, roster_known));
  proven.pack = knowledge.pack(proven.roster->roster().policy_pack);
  if (proven.pack == nullptr) return fail(Code::policy_pack_unknown);

  OpenedBundle out{{}, {}, proven.envelope_hash, std::move(arena)};
  for (const auto& view : parsed.views) {
    Derived derived(*out.arena);
    ViewOutcome outcome{open_view(proven, view, derived), view.hash, view.header.sender, view.header.note_id};
    if (outcome.opened) derived.keep();
    out.views.push_back(std::move(outcome));
  }
  out.staples = std::move(proven.learned);
  return out;
}

}  // namespace xch::message
