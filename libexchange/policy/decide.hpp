// decide: the pure function from pack, grant rights and roles to what one reader gets of one note type.
// No clock, no I/O, no crypto: `explain` prints the very Decision that seal used.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/pack.hpp"
#include "model/slots.hpp"

namespace xch::policy {

/// Query is everything a decision depends on.
struct Query {
  Basis basis = Basis::none;
  Purpose purpose = Purpose::none;
  Role reader_role = Role::none;
  std::vector<Compartment> reader_may_read;   // of the grant's entries for the reader, ascending
  std::vector<Compartment> sender_may_write;  // of the grant's entries for the sender, ascending
  // The archive copy: the "author" relation holds (the whole value is the author's; others of the role get the cell's
  // form, or nothing); under originator authority the pack's list of the writer's own classes decides.
  bool reader_is_sender = false;
  std::uint16_t part = 0;
};

enum class Verdict : std::uint8_t { full, form, nothing };

/// Reason is why a slot goes or does not go to the reader; one closed list, texts in reason_text.
enum class Reason : std::uint8_t {
  allowed, generalised, masked, purpose_closed, role_denied, no_consent_for_reader, sender_may_not_write,
  other_form_given, isolated_elsewhere, basis_unknown,
};

struct FieldDecision {
  std::uint16_t slot = 0;
  std::string path;
  Compartment compartment;
  Verdict verdict = Verdict::nothing;
  Reason reason = Reason::role_denied;
  std::string because;  // the pack cell's own reason, where a cell decided
};

/// Decision is what one reader gets: terms (ascending compartments), the notice and obligations that follow from
/// them, and one line per slot.
struct Decision {
  std::vector<Compartment> terms;
  Notice notice = Notice::none;
  std::vector<Obligation> obligations;
  std::vector<FieldDecision> fields;
};

/// decide computes schema and part x reader's read rights x sender's write rights x pack (docs/format.md, "Open", 12).
/// Anything missing or unknown is denied: it never errs, an empty `terms` is the answer no.
Decision decide(const PolicyPack& pack, const NoteSchema& schema, const Query& query);

/// terms_of is decide's first member alone, without the per-field lines (the hot path of seal and open).
std::vector<Compartment> terms_of(const PolicyPack& pack, const NoteSchema& schema, const Query& query);
/// notice_of and obligations_of follow from compartments and basis alone.
Notice notice_of(const PolicyPack& pack, Basis basis, const std::vector<Compartment>& terms);
std::vector<Obligation> obligations_of(const PolicyPack& pack, Basis basis, const std::vector<Compartment>& terms);
/// is_executable: this version and the pack can carry the obligation out.
bool is_executable(const PolicyPack& pack, Obligation obligation);

/// cell_for finds the pack's cell; nullptr means deny.
const PackCell* cell_for(const PolicyPack& pack, Basis basis, Purpose purpose, Role role, FieldClass field_class);
/// allows: the pack gives `role` this very compartment for basis and purpose.
bool allows(const PolicyPack& pack, Basis basis, Purpose purpose, Role role, Compartment compartment);
const PackBasis* basis_row(const PolicyPack& pack, Basis basis);
const PackClass* class_row(const PolicyPack& pack, FieldClass field_class);
const PackNotice* notice_row(const PolicyPack& pack, Notice notice);
const PackSchema* schema_row(const PolicyPack& pack, const SchemaDigest& digest);
/// outlives: a note of this type sealed and ending at these times lives longer than the pack lets its type live.
bool outlives(const PackSchema& type, Timestamp sealed_at, Timestamp expires_at);
bool is_part2(const PolicyPack& pack, Compartment compartment);
/// edge_allowed: some row of the from-to table lets `from` send a note type to `to`; schema "" = any type.
bool edge_allowed(const PolicyPack& pack, const std::string& schema, Role from, Role to);

/// is_for_proceedings: the bases that may open the purpose PROCEEDING, a consent of its own or an order of a court
/// (42 CFR 2.31(d), 2.61 to 2.67).
bool is_for_proceedings(Basis basis);
/// allows_use_against: under these the record may be used in proceedings against the person (42 CFR 2.12(d)(1)): the
/// person's own consent for proceedings, and an order under 2.64 or 2.65.
bool allows_use_against(Basis basis);

/// check_originator checks a grant of originator authority against the pack's rows. `writer_kind` is the kind of the
/// authority's own party; entries are (role of reader, is the writer itself, compartment, rights bits).
struct OriginatorEntry {
  Role role = Role::none;
  bool writer = false;
  Compartment compartment;
  bool read = false, write = false;
};
bool originator_allowed(const PolicyPack& pack, PartyKind writer_kind, const std::vector<Purpose>& purposes,
                        std::uint64_t length_seconds, const std::vector<OriginatorEntry>& entries);

/// may_present: a holder of this kind may pass a field on under the basis (42 CFR 2.33(b), 2.35(d)).
bool may_present(const PolicyPack& pack, Basis basis, PartyKind holder);

std::string_view reason_text(Reason reason);

/// check_pack refuses a pack that is not internally whole: order, known codes, notices hashed elsewhere, tables of
/// the right length, forms with functions. Errors: policy_pack_malformed, policy_key_unknown,
/// notice_superseded (of a basis), each with the row in Error.path.
Status check_pack(const PolicyPack& pack);

}  // namespace xch::policy
