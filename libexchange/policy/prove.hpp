// prove: a claim against every decision that a pack can make. The domain is finite and all of it is enumerated: every
// basis, purpose, reader's role and part of every note type, the reader writing the note itself or not, with a consent
// that covers everything; and beside the note types of today one that has every class in every form, for those to come.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/slots.hpp"
#include "policy/claim.hpp"

namespace xch::policy {

/// Counterexample is one decision that the claim does not hold for.
struct Counterexample {
  Basis basis = Basis::none;
  Purpose purpose = Purpose::none;
  Role role = Role::none;
  Compartment compartment;        // that reaches the role, or comes without what it should carry
  std::string note_type;          // "" where no note type of today has this compartment
  std::string because;            // the cell's own reason
};

struct Proof {
  std::uint64_t decisions = 0;    // that were made and looked at
  std::optional<Counterexample> counterexample;
  bool holds() const { return !counterexample; }
};

/// Decisions is every decision of one pack, made once by terms_of, the very function of seal and open: any number of
/// claims are held against it. The pack must outlive it; `schemas` are the pack's note types.
/// More consent never gives less: a decision is taken compartment by compartment, so the widest consent is the worst.
class Decisions {
 public:
  Decisions(const PolicyPack& pack, const std::vector<NoteSchema>& schemas);

  /// prove looks at each decision that the claim speaks of, and stops at the first counterexample. What a role keeps of
  /// notes that it wrote itself does not count as reaching it.
  Proof prove(const Claim& claim) const;

 private:
  struct Row {
    Basis basis;
    Purpose purpose;
    Role role;
    bool own;
    std::uint32_t note_type;  // in names_
    std::vector<Compartment> terms;
  };
  void add(const PolicyPack& pack, const NoteSchema& schema);

  const PolicyPack* pack_;
  std::vector<std::string> names_;
  std::vector<Row> rows_;
};

/// prove is the same for one claim alone.
Proof prove(const Claim& claim, const PolicyPack& pack, const std::vector<NoteSchema>& schemas);

}  // namespace xch::policy
