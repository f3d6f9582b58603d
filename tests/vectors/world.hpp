// The coalition, grants and notes that the vectors are made of, and what a party of it knows, as JSON. For tests only.
#pragma once

#include "message/fixture.hpp"
#include "vectors/vector_file.hpp"

namespace xch::vectors {

using message_test::Parts;
using message_test::Scene;
using testing::after_now;
using testing::before_now;
using testing::kNow;
using testing::must;

constexpr Compartment full(FieldClass c) { return Compartment(c, Form::full); }

/// reseed gives a case randomness of its own, so that one more case changes no other: the seed is
/// "LX1 vectors " || name.
void reseed(Scene& scene, const std::string& name);
/// note_id_of is the first 16 bytes of SHA-256(name).
NoteId note_id_of(const std::string& name);

// ---- grants
// ----------------------------------------------------------------------------------------------------------

/// court_spec: the office's grant under 42 CFR 2.35. The prosecutor writes LEG and NEED and reads LEG back; harbor
/// reads both. For court.event.
testing::GrantSpec court_spec();
/// facts_spec: the prosecutor's own facts, before any consent. harbor reads LEG and NEED; defender, liaison and office
/// read LEG.
testing::GrantSpec facts_spec();

/// pack_for is the default pack with nothing in it that a note type and a basis do not need.
PolicyPack pack_for(const std::string& type, Basis basis);
/// everything_type is the note type with every shape a schema may have (tests/wire/note_everything.capnp), and
/// everything_pack a small pack that gives each of three roles other forms of it.
const wire::NoteType& everything_type();
const PolicyPack& everything_pack();
/// small_pack is everything_pack with grant views of 8 KiB.
const PolicyPack& small_pack();

// ---- what a party knows
// ------------------------------------------------------------------------------------------------

Json time_of(Timestamp at);
Json key_of(const testing::TestParty& party);
/// given_of_roster is what a party knows who has no more than its keys, this roster and this pack.
Json given_of_roster(const testing::Coalition& coalition, const std::string& name, const PolicyPack& pack);
Json roster_of(const SignedRoster& roster);
/// only is the roster with these parties alone, to keep vectors small.
Roster only(Roster roster, const std::vector<std::string>& names);
Json pack_of(const testing::Coalition& coalition, const PolicyPack& pack);
Json schema_of(const wire::NoteType& type);
Json grant_of(const testing::TestGrant& grant, const std::string& holder);
Json list_of(const StatusList& list);
/// given_of is all that `name` knows about a scene: its keys, the roster, the default pack, the scene's note type and
/// its view of the scene's grant. No status lists, marks or arrivals.
Json given_of(const Scene& scene, const std::string& name);

// ---- what comes out
// ----------------------------------------------------------------------------------------------------

/// cells_of lists the slots of a note in these compartments as a reader of them gets them.
Json cells_of(const message::NoteInput& note, const std::vector<Compartment>& compartments);
/// opened is the answer for one opened view.
Json opened(const HeaderHash& header, Json cells);
Json views(std::vector<Json> all);

}  // namespace xch::vectors
