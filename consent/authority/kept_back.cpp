// What a person asked to have kept back from every consent (42 CFR 2.22, 2.26): kept in the office, and laid over each
// draft of the person before anything looks at it.
#include <algorithm>
#include <set>

#include "consent/authority/lint.hpp"
#include "consent/authority/office.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"

namespace xch::consent {
namespace {

constexpr const char* kRule = "P2-22/26";
constexpr std::size_t kMaxRestrictions = 256;

/// Kept is the row of a person, and its key in the store. The key says nothing: ids of people stand in values alone.
struct Kept {
  Bytes key;
  KeptBack file;
};

Result<std::optional<Kept>> row_of_person(const Desk& desk, const std::string& subject) {
  XCH_ASSIGN(const auto rows, desk.access->list(space::kKeptBack));
  for (const auto& [key, value] : rows) {
    XCH_ASSIGN(auto file, decode_kept_back(value));
    if (file.subject == subject) return std::optional<Kept>(Kept{key, std::move(file)});
  }
  return std::optional<Kept>();
}

/// Whom the person's consents have named outside the coalition, whatever became of them.
Result<std::set<std::string>> outside_of(const Desk& desk, const std::string& subject) {
  XCH_ASSIGN(auto shelf, Shelf::read(desk));
  std::set<std::string> out;
  for (const auto* file : shelf.all())
    if (file->draft.subject == subject)
      for (const auto& external : file->draft.externals) out.insert(external.name);
  return out;
}

bool is_known(const Desk& desk, const std::set<std::string>& outside, const Restriction& asked) {
  const bool party =
      asked.party.empty() || desk.roster->party_named(asked.party) != nullptr || outside.count(asked.party) != 0;
  return party && (asked.field_class == FieldClass::none || policy::class_row(*desk.pack, asked.field_class) != nullptr);
}

/// What the journal says of it: that something was asked, in how many lines, under a number that says nothing.
void note(Round& round, ByteView key, std::size_t count) {
  round.event(EventKind::status, crypto::sha256(key), "{\"what\":\"kept-back\",\"fields\":" + std::to_string(count) + "}");
}

bool contains(const std::vector<Restriction>& all, const Restriction& one) {
  return std::any_of(all.begin(), all.end(), [&](const Restriction& other) {
    return other.party == one.party && other.field_class == one.field_class;
  });
}

}  // namespace

Status keep_back(const Desk& desk, const std::string& subject, const std::vector<Restriction>& asked) {
  if (desk.roster == nullptr) return fail(Code::roster_missing);
  if (desk.pack == nullptr) return fail(Code::policy_pack_unknown);
  if (!is_subject_id(subject)) return fail(Code::consent_incomplete, "P2-31-1");
  XCH_ASSIGN(const auto outside, outside_of(desk, subject));
  const bool known =
      std::all_of(asked.begin(), asked.end(), [&](const auto& one) { return is_known(desk, outside, one); });
  if (!known) return fail(Code::not_found, kRule);
  if (asked.size() > kMaxRestrictions) return fail(Code::json_too_large, kRule);
  XCH_ASSIGN(const auto before, row_of_person(desk, subject));
  if (asked.empty() && !before) return Ok{};
  Round round;
  const Bytes key = before ? before->key : crypto::random_fixed<GrantId>(desk.access->random()).view().copy();
  note(round, key, asked.size());
  round.put(space::kKeptBack, key, asked.empty() ? Bytes() : encode(KeptBack{subject, desk.now, asked}));
  return round.commit(desk);
}

Result<KeptBack> kept_back(const Desk& desk, const std::string& subject) {
  XCH_ASSIGN(auto row, row_of_person(desk, subject));
  if (!row) return KeptBack{subject, Timestamp{}, {}};
  return std::move(row->file);
}

Result<ConsentDraft> restricted(const Desk& desk, ConsentDraft draft) {
  if (desk.pack != nullptr) draft = placed(std::move(draft), *desk.pack);
  XCH_ASSIGN(const auto kept, kept_back(desk, draft.subject));
  for (const auto& asked : kept.restrictions) {
    // Whoever left the roster, or is not named outside, gets nothing anyway, and comes under it again when it is back.
    const bool member = desk.roster != nullptr && desk.roster->party_named(asked.party) != nullptr;
    const bool outside = std::any_of(draft.externals.begin(), draft.externals.end(),
                                     [&](const External& external) { return external.name == asked.party; });
    const bool there = asked.party.empty() || member || outside;
    if (there && !contains(draft.restrictions, asked)) draft.restrictions.push_back(asked);
  }
  return draft;
}

}  // namespace xch::consent
