// The policy pack as plain values: data that counsel approves, never code (docs/format.md, "Policy pack").
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "model/compartment.hpp"
#include "model/ids.hpp"

namespace xch {

enum class Effect : std::uint8_t { deny = 0, allow = 1, generalise = 2, mask = 3 };
/// Relation is a condition between reader and subject that the consent authority checks when it issues.
enum class Relation : std::uint8_t { any = 0, own_referral = 1, own_client = 2, author = 3 };

struct PackClass {
  FieldClass field_class = FieldClass::none;
  std::string title;           // "takes part and keeps in touch"
  bool part2 = false;          // 42 CFR 2.12(a)(1) information
  bool isolate = false;        // 28 CFR 94.115: sealed in a note of its own
  Form coarsest = Form::full;  // what a bare G means
  std::vector<Obligation> obligations;  // ascending, added wherever a compartment of this class is in terms
};

/// PackCell says what a reader's role gets of a class for one purpose under one basis. What no cell names is denied.
struct PackCell {
  Basis basis = Basis::none;
  Purpose purpose = Purpose::none;
  Role role = Role::none;
  FieldClass field_class = FieldClass::none;
  Effect effect = Effect::deny;
  Form form = Form::full;        // what is given: full for allow
  bool tick = false;             // needs a tick of its own on the consent
  Relation relation = Relation::any;
  std::string reason;            // plain words, and the citation where there is one
};

/// PackSigning is what one state says of signing for a basis.
struct PackSigning {
  std::string jurisdiction;             // "WA"
  std::uint16_t minor_alone_from = 0;   // the age from which a minor alone signs; younger ones sign with a parent. 0: never
  std::uint16_t undated_days = 0;       // a form without a last day ends so many days after it was signed. 0: it needs one
  std::string citation;
};

struct PackBasis {
  Basis basis = Basis::none;
  std::string title, citation;
  bool part2 = false;                   // lists only readers who hold a Part 2 compartment
  std::vector<Purpose> purposes;        // ascending
  std::vector<PartyKind> authorities;   // kinds of party whose consent-authority key may issue it; ascending
  std::vector<Role> readers;            // roles it may name as readers; ascending
  bool pending_revocation = false;      // 42 CFR 2.35(c): revocation waits for revocable_at
  std::uint32_t max_days = 0, default_days = 0;
  Notice notice = Notice::none;
  std::vector<Obligation> obligations;  // ascending
  std::vector<PartyKind> may_present;   // holders that may pass a field on under this basis; ascending
  std::vector<std::string> elements;    // ids of the required elements, "P2-31-1", in order
  std::vector<PartyKind> disclosers;    // kinds of party it may let share; ascending, none: any
  std::vector<PartyKind> reader_kinds;  // kinds of party that may receive under it; ascending, none: any
  std::vector<PackSigning> signing;     // by jurisdiction, ascending, once each
};

/// PackOriginatorRow: what an originator-authority grant may give before any consent (42 CFR 2.11 does not reach the writer).
struct PackOriginatorRow {
  Purpose purpose = Purpose::none;
  FieldClass field_class = FieldClass::none;
  std::vector<Role> readers;  // ascending
};
struct PackOriginator {
  std::vector<PartyKind> kinds;         // that may originate; ascending
  std::vector<FieldClass> own;          // classes the writer may write and keep in its own archive; ascending
  std::vector<PackOriginatorRow> rows;
  std::uint32_t max_days = 0;
};

/// PackMap is one generaliser table of a coded field: finer code -> coarser code, by the schema's numbers.
struct PackMap {
  std::string schema, path;  // "progress.engagement", "engaged"
  Form form = Form::full;
  std::vector<std::uint16_t> to;  // to[code], code 0 (unstated) to 0
};
struct PackForm {
  Form form = Form::full;
  std::string function;              // "table", "date-month", "text-initials", "place-area", ...
  std::uint32_t min_preimages = 1;   // over the enumerated domain no output has fewer
};

struct PackNotice {
  Notice notice = Notice::none;
  bool superseded = false;
  Digest text_hash;  // SHA-256 of the UTF-8 text
  std::string text;
};

struct PackSchema {
  std::string name;
  std::uint64_t type_id = 0;
  SchemaDigest digest;
  std::uint32_t max_hours = 0;  // the longest a note of this type may live; 0: as long as its grant
};

/// PackEdge is one row of the from-to table: who sends which note type to whom.
struct PackEdge {
  std::string schema;
  std::vector<Role> from, to;  // ascending
};

struct PolicyPack {
  std::string name;  // "lead-default"
  std::uint32_t pack_version = 0;
  std::vector<PackClass> classes;     // by class, ascending
  std::vector<PackCell> cells;        // by (basis, purpose, role, class), ascending, once each
  std::vector<PackBasis> bases;       // by basis, ascending
  PackOriginator originator;
  std::vector<PackForm> forms;        // by form, ascending
  std::vector<PackMap> maps;          // by (schema, path, form)
  std::vector<PackNotice> notices;    // by notice, ascending
  std::vector<PackSchema> schemas;    // by name
  std::vector<PackEdge> edges;
  std::vector<Obligation> executable; // obligations this pack expects a reader to carry out; ascending
  std::uint16_t grant_leaves = 256;   // leaf count of every grant's entry tree
  std::uint32_t grant_view_size = 65536;  // one body size of every grant view object envelope
  std::uint32_t intake_days = 14, retention_days = 30, note_days = 30;
  std::string zone;  // whose days a consent's days are where it names none: "America/Los_Angeles"; may be empty (UTC)
};

}  // namespace xch
