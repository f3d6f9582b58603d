// A policy pack: the record that a root signs, and counsel's TOML that it is compiled from.
#include <string>

#include "consent/pack_compiler/compile.hpp"
#include "crypto/digest.hpp"
#include "crypto/labels.hpp"
#include "fuzz/json_tree.hpp"
#include "fuzz/objects.hpp"
#include "fuzz/targets.hpp"
#include "policy/decide.hpp"
#include "policy/explain.hpp"
#include "policy/generalise.hpp"
#include "vectors/world.hpp"
#include "wire/records.hpp"

namespace xch::fuzz {
namespace of_policy_pack {
namespace {

enum Mode : std::uint8_t { kEdits, kLineEdits, kPackBytes, kToml };
enum Section : std::uint8_t { kPack, kAlsoPack, kRecord, kSections };

void require_pack_refusal(const Error& error) {
  require(is_within(error.code, {{2002, 2002}, {2004, 2005}, {2007, 2007}}), "a pack is refused with an id for packs");
  for (const char c : error.path)
    require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "an error's path has no control characters");
}

// The pack of the vectors has no elements of a consent, so that it is not whole: edits may make it so.

// A pack that is whole answers every question, and denies what it does not know.
void require_answers(const PolicyPack& pack) {
  const wire::NoteType& type = vectors::everything_type();
  if (const Status fit = policy::check_schema(pack, type.schema()); !fit) return require_pack_refusal(fit.error());
  policy::Query query;
  query.reader_may_read = query.sender_may_write = type.schema().compartments;
  for (const auto basis : {Basis::part2Consent, Basis::originatorAuthority})
    for (const auto purpose : {Purpose::coord, Purpose::court})
      for (const auto role : {Role::cm, Role::leo}) {
        query.basis = basis;
        query.purpose = purpose;
        query.reader_role = role;
        const auto decision = policy::decide(pack, type.schema(), query);
        require(decision.terms == policy::terms_of(pack, type.schema(), query), "seal and explain decide alike");
        for (const auto k : decision.terms)
          require(policy::allows(pack, basis, purpose, role, k) || query.reader_is_sender, "no reader gets what the pack does not give");
      }
}

void check_record(ByteView bytes) {
  const auto pack = wire::decode_policy_pack(bytes);
  if (!pack) return;
  require(equal(wire::encode(*pack), bytes), "a pack that parses encodes to the same bytes");
  const Status whole = policy::check_pack(*pack);
  if (!whole) return require_pack_refusal(whole.error());
  require_answers(*pack);
}

const std::vector<NoteSchema>& schemas() {
  static const std::vector<NoteSchema> all = [] {
    std::vector<NoteSchema> out;
    for (const auto& bundle : wire::builtin_bundles()) out.push_back(message_test::builtin_type(bundle.name).schema());
    return out;
  }();
  return all;
}

void check_toml(std::string_view toml) {
  consent::PackDiagnostics diagnostics;
  const auto pack = consent::compile_pack(toml, schemas(), [](ByteView b) { return crypto::sha256(b); }, &diagnostics);
  if (!pack) return require_pack_refusal(pack.error());
  require(policy::check_pack(*pack).has_value(), "what compiles is a whole pack");
  const Bytes bytes = wire::encode(*pack);
  const auto again = wire::decode_policy_pack(bytes);
  require(again && wire::encode(*again) == bytes, "what compiles travels");
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1);
    out.emplace_back(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
  }
  return out;
}

// Counsel's file with lines dropped, doubled, swapped, given another's value, or spelt wrongly.
std::string edited_toml(const Script& script) {
  static const Ring no_keys;
  auto lines = lines_of(consent::default_pack_toml());
  for (const auto& edit : script.edits) {
    if (lines.empty()) break;
    const std::size_t i = edit.at % lines.size(), j = edit.value % lines.size();
    const std::string line = lines[i];
    Walk walk(edit, no_keys, 2);
    switch (edit.path[0] % 6) {
      case 0: lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i)); break;
      case 1: lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(j), line); break;
      case 2: std::swap(lines[i], lines[j]); break;
      case 3: {
        const auto here = line.find('='), there = lines[j].find('=');
        if (here != std::string::npos && there != std::string::npos) lines[i] = line.substr(0, here) + lines[j].substr(there);
        break;
      }
      case 4: lines.resize(i); break;
      default: {
        Bytes bytes(lines[i].begin(), lines[i].end());
        Edit within = edit;
        within.at = static_cast<std::uint16_t>(edit.path[1] << 8 | edit.path[2]);
        Walk(within, no_keys).bytes(bytes);
        if (bytes.size() > 512) bytes.resize(512);
        lines[i].assign(bytes.begin(), bytes.end());
      }
    }
  }
  std::string out;
  for (const auto& line : lines) out += line;
  return out;
}

void run(ByteView input) {
  const Script script = read_script(input);
  switch (script.mode % 4) {
    case kLineEdits: return check_toml(edited_toml(script));
    case kToml: return check_toml(script.rest.text());
    case kPackBytes: return check_record(script.rest);
    default: break;
  }
  static const Ring no_keys;
  PolicyPack pack = (script.variant & 1) == 0 ? vectors::everything_pack() : message_test::default_pack();
  for (const auto& edit : script.edits) {
    Walk walk(edit, no_keys);
    if (edit.path[0] % kSections != kRecord) alter_member(pack, walk);
  }
  Bytes bytes = wire::encode(pack);
  for (const auto& edit : script.edits)
    if (edit.path[0] % kSections == kRecord) Walk(edit, no_keys).words(bytes);
  if (script.edits.empty() && (script.variant & 1) != 0) {
    const auto honest = wire::decode_policy_pack(bytes);
    require(honest && policy::check_pack(*honest), "an honest pack is taken");
  }
  check_record(bytes);
}

Bytes change(ByteView input, std::size_t most, Draw& draw) { return change_script(input, most, draw, kPackBytes); }

std::vector<Bytes> seeds() {
  return {head_and(kEdits, 0, {}), head_and(kEdits, 1, {}), head_and(kLineEdits, 0, {}),
          head_and(kPackBytes, 0, wire::encode(vectors::everything_pack())),
          head_and(kToml, 0, ByteView(std::string_view("[pack]\nname = \"x\"\n"))),
          head_and(kToml, 0, ByteView(std::string_view("[a.\"\\n\"]\nb.c = 'd'\ne = \"\"\"\\\n \xc3\xa9\"\"\" # \xc3\xb1\n\xc3\xad = {}\n")))};
}

}  // namespace
}  // namespace of_policy_pack

Target policy_pack_target() {
  using namespace of_policy_pack;
  return {"policy_pack", run, change, seeds};
}

}  // namespace xch::fuzz
