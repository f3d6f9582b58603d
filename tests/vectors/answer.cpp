// A case given to the library, and what came out in the words of `expect`.
#include <algorithm>
#include <map>

#include "crypto/code_key.hpp"
#include "crypto/labels.hpp"
#include "message/break_glass.hpp"
#include "message/fixture.hpp"
#include "message/object_frame.hpp"
#include "message/one_shot.hpp"
#include "message/one_shot_code.hpp"
#include "message/open.hpp"
#include "message/present.hpp"
#include "session/events.hpp"
#include "vectors/given.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

Json refusal(Code code) { return refused(std::string(info(code).id)); }

Json of_view(const message::ViewOutcome& view) {
  if (!view.opened) return refusal(view.opened.error().code);
  const message::Opened& note = *view.opened;
  Json cells = Json::array(), redacted = Json::array();
  for (const auto& cell : note.cells)
    cells.push_back(Json{{"slot", cell.slot}, {"value", cell.present ? hex_of(cell.value) : Json(nullptr)}});
  for (const auto slot : note.redacted) redacted.push_back(slot);
  Json out{{"header_hash", hex_of(note.header_hash)},
           {"repeat", note.repeat},
           {"redacted", std::move(redacted)},
           {"cells", std::move(cells)}};
  if (note.freshness != message::Freshness::pending) out["freshness"] = session::freshness_name(note.freshness);
  return out;
}

Json of_note(const Given& given, ByteView envelope) {
  message_test::NoCache cache;
  crypto::ArenaPool arenas;
  const auto bundle = message::open(envelope, given, cache, arenas, given.now);
  if (!bundle) return refusal(bundle.error().code);
  Json all = Json::array();
  for (const auto& view : bundle->views) all.push_back(of_view(view));
  return Json{{"views", std::move(all)}};
}

/// The object of a case: what an envelope holds, or the record itself where the case begins after that step.
Result<message::OpenedObject> object_of(const Given& given, const Case& which, ByteView bytes) {
  if (!which.input.contains("object"))
    return message::open_object(bytes, given.self(), given.suite(), given.gate_keys(), given.grant_view_size);
  message::OpenedObject out;
  XCH_ASSIGN(out.object, wire::decode_sealed_object(bytes));
  if (!out.opened_under.copy_from(bytes_from_hex(which.input.at("opened_under")))) return fail(Code::bug);
  return out;
}

Json of_grant(const Given& given, const message::OpenedObject& arrived) {
  // First without a history, to learn which grant it is; then against the versions known.
  const auto roster = given.newest_roster();
  const auto first = grant::verify_view(arrived.object, *roster, given.self(), arrived.opened_under, given.now, {});
  if (!first) return refusal(first.error().code);
  const auto held = grant::verify_view(arrived.object, *roster, given.self(), arrived.opened_under, given.now,
                                       given.known((*first)->core().grant_id));
  if (!held) return refusal(held.error().code);
  return Json{{"grant_hash", hex_of((*held)->hash())}};
}

Json of_roster(const Given& given, ByteView bytes) {
  const auto decoded = wire::decode_signed_roster(bytes);
  if (!decoded) return refusal(Code::roster_malformed);
  const auto held = given.newest_roster();
  const auto roster = party::verify_roster(*decoded, held.get());
  if (!roster) return refusal(roster.error().code);
  return Json{{"roster_hash", hex_of((*roster)->hash())}};
}

Json of_status(const Given& given, ByteView bytes) {
  const auto decoded = wire::decode_status_list(bytes);
  if (!decoded) return refusal(Code::status_malformed);
  const auto list = grant::verify_status_list(*decoded, *given.newest_roster(), given.now);
  if (!list) return refusal(list.error().code);
  static const session::ListHistory kNone;
  const auto* history = given.history({(*list)->body().authority, (*list)->body().list});
  const auto version = (history == nullptr ? kNone : *history).of_list(**list);
  if (!version) return refusal(version.error().code);
  return Json{{"status_hash", hex_of((*list)->hash())}};
}

Json of_presentation(const Given& given, const message::OpenedObject& arrived) {
  bool asked = false;
  if (const auto body = wire::decode_presentation(arrived.object.object.body))
    asked = given.nonces.count(ByteView(body->nonce).copy()) != 0;
  const auto verified = message::verify_presentation(arrived.object, given, arrived.opened_under, asked, given.now);
  if (!verified) return refusal(verified.error().code);
  Json cells = Json::array();
  for (const auto& slot : verified->slots) cells.push_back(Json{{"slot", slot.slot}, {"value", hex_of(slot.value)}});
  return Json{{"result", verified->verification == message::Verification::pass ? "pass" : "indeterminate"},
              {"cells", std::move(cells)}};
}

Json of_emergency(const Given& given, const Case& which, ByteView bytes) {
  const auto read = [&]() -> Result<message::OpenedBreakGlass> {
    if (!which.input.contains("object")) return message::open_break_glass(bytes, given, given.now);
    XCH_ASSIGN(auto object, wire::decode_sealed_object(bytes));
    KeyId under;
    if (!under.copy_from(bytes_from_hex(which.input.at("opened_under")))) return fail(Code::bug);
    return message::verify_told(std::move(object), under, given, given.now);
  };
  const auto opened = read();
  if (!opened) return refusal(opened.error().code);
  Json cells = Json::array();
  for (const auto& field : opened->told.fields)
    cells.push_back(Json{{"slot", field.slot}, {"value", hex_of(field.value)}});
  return Json{{"id", hex_of(opened->told.id)}, {"cells", std::move(cells)}};
}

/// The key of a code, which takes half a second to make.
const crypto::KemPrivateKey& key_of_code(SuiteId suite, ByteView code) {
  static std::map<std::pair<SuiteId, Bytes>, crypto::KemPrivateKey> made;
  const auto named = std::pair(suite, code.copy());
  const auto found = made.find(named);
  if (found != made.end()) return found->second;
  return made.emplace(named, testing::must(crypto::code_key(suite, code))).first->second;
}

Json of_one_shot(const Given& given, const Json& knows, const Case& which, ByteView bytes) {
  const auto code = message::read_code(knows.at("code").get<std::string>());
  if (!code) return refusal(code.error().code);
  const bool whole = !which.input.contains("content");
  const auto suite = whole ? message::suite_of_one_shot(bytes) : Result<SuiteId>(given.suite());
  if (!suite) return refusal(suite.error().code);
  const auto& key = key_of_code(*suite, code->expose());
  Bytes packet = bytes.copy();
  if (!whole) {
    crypto::SeededRandom_for_testing random(ByteView(std::string_view("a packet around content")));
    const Digest name = message::one_shot_key(key.public_key());
    packet = testing::must(message::seal_padded("LXP1", bytes, key.public_key(),
                                                ByteWriter().raw(crypto::label::kOneShot).raw(name).bytes(),
                                                message::kOneShotBody, random));
  }
  const Json& roots = knows.at("roots");
  const auto opened = message::open_one_shot(
      packet, key,
      {[&](const Digest& shown) { return std::find(roots.begin(), roots.end(), hex_of(shown)) != roots.end(); },
       [&](const SchemaDigest& digest) { return given.note_type(digest); }},
      given.now);
  if (!opened) return refusal(opened.error().code);
  Json cells = Json::array();
  for (const auto& field : opened->told.fields)
    cells.push_back(Json{{"slot", field.slot}, {"value", hex_of(field.value)}});
  return Json{{"id", hex_of(opened->told.id)}, {"to", opened->told.to.name}, {"cells", std::move(cells)}};
}

}  // namespace

Json answer_to(const VectorFile& file, const Case& which) {
  const Given given(file.suite, file.given_of(which));
  const Bytes bytes = file.bytes_of(which);
  if (file.kind == "notes") return of_note(given, bytes);
  if (file.kind == "rosters") return of_roster(given, bytes);
  if (file.kind == "status") return of_status(given, bytes);
  if (file.kind == "emergencies") return of_emergency(given, which, bytes);
  if (file.kind == "one-shots") return of_one_shot(given, file.given_of(which), which, bytes);
  const auto arrived = object_of(given, which, bytes);
  if (!arrived) return refusal(arrived.error().code);
  return file.kind == "grants" ? of_grant(given, *arrived) : of_presentation(given, *arrived);
}

}  // namespace xch::vectors
