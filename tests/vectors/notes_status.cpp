// Step 11: the staple, and the cut-offs that the reader knows itself.
#include "crypto/digest.hpp"
#include "vectors/notes.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

/// The index of the main scene's grant in the office's list.
constexpr std::uint32_t kIndex = 7;

testing::StatusSpec list_of_version(std::uint32_t version, Timestamp issued, GrantState state = GrantState::active) {
  testing::StatusSpec spec;
  spec.version = version;
  spec.issued_at = issued;
  spec.next_update = issued + 15 * kMinute;
  if (state != GrantState::active) spec.states[kIndex] = state;
  return spec;
}

void add_staples(NoteCases& c) {
  auto& scene = c.main.scene;
  const auto stapled = [&](Parts& p, const std::shared_ptr<const grant::HeldStatus>& list) {
    p.header.status = list->hash();
    p.staples = {wire::encode(must(list->staple(kIndex)))};
  };
  const auto in_state = [&](const std::string& name, const std::string& says, const char* id, GrantState state) {
    const auto list = testing::hold_status(scene.coalition, list_of_version(2, before_now(60), state));
    c.refuses(name, says, id, [&](Parts& p) { stapled(p, list); });
  };
  in_state("revoked", "The staple shows the grant revoked.", "EX3318", GrantState::revoked);
  in_state("suspended", "The staple shows the grant suspended.", "EX3319", GrantState::suspended);
  in_state("state 3", "The staple shows the reserved state.", "EX3320", GrantState::reserved);
  auto neighbour = list_of_version(2, before_now(60));
  neighbour.states[kIndex - 1] = neighbour.states[kIndex + 1] = GrantState::revoked;
  const auto neighbours = testing::hold_status(scene.coalition, neighbour);
  c.opens("neighbours revoked", "The grants beside this one are revoked, this one is not.",
          [&](Parts& p) { stapled(p, neighbours); });

  c.refuses("no staple", "The bundle has no staple.", "EX3313", [](Parts& p) { p.staples.clear(); });
  c.refuses("staple of zeros", "The staple is one zero word.", "EX3314", [](Parts& p) { p.staples = {Bytes(8)}; });
  c.refuses("staple of another chunk", "The staple is of this list, but of a chunk that does not hold the grant.",
            "EX3317", [&](Parts& p) { p.staples = {wire::encode(must(scene.status->staple(300)))}; });
  const auto edited = [&](const std::string& name, const std::string& says, const char* id, auto edit) {
    c.refuses(name, says, id, [&](Parts& p) {
      Staple staple = must(wire::decode_staple(p.staples.front()));
      edit(staple);
      p.header.status = grant::status_hash(staple.signed_body.body);
      p.staples = {wire::encode(staple)};
    });
  };
  edited("chunk flipped", "One bit of the chunk differs, of another grant.", "EX3317",
         [](Staple& s) { s.chunk[9] ^= 1; });
  edited("staple path flipped", "One bit of the chunk's path differs.", "EX3317",
         [](Staple& s) { s.path[0].bytes[0] ^= 1; });
  edited("staple path cut", "The chunk's path lacks its last hash.", "EX3317", [](Staple& s) { s.path.pop_back(); });
  edited("staple signature flipped", "One bit of the list's signature differs.", "EX3316",
         [](Staple& s) { s.signed_body.signature[3] ^= 1; });
  const auto signed_again = [&](const std::string& name, const std::string& says, const char* id, const std::string& by,
                                auto edit) {
    edited(name, says, id, [&](Staple& s) {
      StatusBody body = must(wire::decode_status_body(s.signed_body.body));
      edit(body);
      const auto& authority = scene.coalition[by];
      s.signed_body = must(
          party::sign_object(Kind::statusList, wire::encode(body), authority.authority->id, *authority.authority_key));
    });
  };
  signed_again("list signed by another authority", "Another authority signed the list.", "EX3316", "prosecutor",
               [](StatusBody&) {});
  signed_again("list of another authority", "The list names another authority than the grant's.", "EX3315", "office",
               [&](StatusBody& b) { b.authority = scene.coalition["prosecutor"].id(); });
  signed_again("another list", "The list is not the one that the grant names.", "EX3315", "office",
               [](StatusBody& b) { b.list.bytes[0] ^= 1; });
  signed_again("lifetime over a day", "The list lives 24 hours and one second.", "EX3323", "office",
               [](StatusBody& b) { b.next_update = b.issued_at + 24 * kHour + 1; });
  c.opens("lifetime of a day", "The list lives 24 hours.", [&](Parts& p) {
    auto spec = list_of_version(1, before_now(5 * kMinute));
    spec.next_update = spec.issued_at + 24 * kHour;
    stapled(p, testing::hold_status(scene.coalition, spec));
  });
}

void add_staple_times(NoteCases& c) {
  const StatusBody& body = c.main.scene.status->body();
  const auto at = [&](Timestamp sealed) {
    c.maker.with("now", time_of(after_now(kHour)));
    return [sealed](Parts& p) { p.header.sealed_at = sealed; };
  };
  c.opens("last second of the list", "sealedAt is nextUpdate.", at(body.next_update));
  c.refuses("second after the list", "sealedAt is one second after nextUpdate.", "EX3322", at(body.next_update + 1));
  c.opens("list 300 seconds ahead", "The list was issued 300 seconds after sealing, as clocks may differ.",
          at(Timestamp{body.issued_at.seconds - 300}));
  c.refuses("list 301 seconds ahead", "The list was issued 301 seconds after sealing.", "EX3321",
            at(Timestamp{body.issued_at.seconds - 301}));
}

void add_versions(NoteCases& c) {
  auto& coalition = c.main.scene.coalition;
  const auto hold = [&](const std::vector<testing::StatusSpec>& specs) {
    Json lists = Json::array();
    for (const auto& spec : specs) lists.push_back(list_of(testing::make_status(coalition, spec)));
    c.maker.with("status_lists", std::move(lists));
  };
  const auto later = [&](std::uint64_t after = kHour) { c.maker.with("now", time_of(after_now(after))); };
  const auto arrived = [&](std::uint64_t after) {
    c.maker.with(
        "received",
        Json::array({Json{{"sha256", hex_of(crypto::sha256(c.main.envelope))}, {"time", time_of(after_now(after))}}}));
  };
  const testing::StatusSpec stapled;  // what the first case has

  hold({stapled});
  c.again("list held", "The list that is stapled is held already.", c.as_first());
  auto twin = stapled;
  twin.states[900] = GrantState::revoked;
  hold({twin});
  c.again("two bodies of one version", "Another body of this version is held.", one_view("EX3324"));
  hold({stapled, list_of_version(2, after_now(60))});
  later();
  c.again("older staple", "A newer list is held that shows the grant active: an older staple is no error.",
          c.as_first());

  // 42 CFR 2.35(c): a revocation that is lodged and not yet revocable leaves the index at 0.
  auto pending = list_of_version(2, before_now(60));
  hold({stapled, pending});
  c.again("revocation pending", "A revocation is lodged that takes effect later: the lists show the grant active.",
          c.as_first());

  hold({stapled, list_of_version(2, after_now(60), GrantState::revoked)});
  later();
  c.again("revoked on the way", "A list issued after sealing shows the grant revoked; the note is held.",
          one_view("EX3326"));
  hold({stapled, list_of_version(2, after_now(60), GrantState::revoked)});
  later();
  arrived(59);
  c.again("arrived before the revocation", "The envelope is known to have come one second before that list.",
          c.as_first());
  hold({stapled, list_of_version(2, after_now(60), GrantState::revoked)});
  later();
  arrived(60);
  c.again("arrived with the revocation", "The envelope came in the second of that list.", one_view("EX3326"));
  hold({stapled, list_of_version(2, after_now(60), GrantState::suspended)});
  later();
  c.again("suspended on the way", "A list issued after sealing shows the grant suspended.", one_view("EX3326"));
  hold({stapled, list_of_version(2, after_now(60), GrantState::revoked)});
  later(59);
  c.again("revocation of the future", "By the reader's clock that list is yet to be issued.", c.as_first());
  hold({stapled, list_of_version(2, kNow, GrantState::revoked)});
  later();
  c.again("revoked in the second of sealing", "A list issued in the second of sealing shows the grant revoked.",
          one_view("EX3325"));
  hold({stapled, list_of_version(2, before_now(60), GrantState::revoked)});
  c.again("sealed after the revocation",
          "A list issued before sealing, and after the stapled one, shows the grant revoked.", one_view("EX3325"));
  hold({stapled, list_of_version(2, stapled.issued_at, GrantState::revoked)});
  c.again("revoked in the second of the staple",
          "A list issued in the second of the stapled one shows the grant revoked.", one_view("EX3325"));
  hold({stapled, list_of_version(2, before_now(60), GrantState::suspended), list_of_version(3, before_now(30))});
  c.again("suspended for a while before sealing",
          "A list between the stapled one and sealing shows it suspended; a later one active.", one_view("EX3325"));
  hold({stapled, list_of_version(2, after_now(60), GrantState::suspended), list_of_version(3, after_now(90))});
  later();
  c.again("suspended for a while after sealing", "The newest list shows the grant active again.", c.as_first());
  hold({stapled, list_of_version(2, after_now(30)), list_of_version(3, after_now(60), GrantState::suspended),
        list_of_version(4, after_now(90), GrantState::revoked)});
  later();
  arrived(59);
  c.again("run of lists, before its first", "The cut-off is the first list of the run that does not show it active.",
          c.as_first());
  hold({stapled, list_of_version(2, after_now(30)), list_of_version(3, after_now(60), GrantState::suspended),
        list_of_version(4, after_now(90), GrantState::revoked)});
  later();
  arrived(60);
  c.again("run of lists, at its first", "The envelope came in the second of the run's first list.", one_view("EX3326"));
}

void add_grant_versions(NoteCases& c) {
  auto& scene = c.main.scene;
  const auto hold_next = [&](Timestamp effective) {
    auto spec = court_spec();
    spec.version = 2;
    spec.previous = scene.care.built.hash;
    spec.effective_at = effective;
    spec.status_index = 8;
    spec.seed = "vectors: court condition, version 2";
    const auto next = testing::make_grant(scene.coalition, spec);
    c.maker.with("grants", Json::array({grant_of(scene.care, "harbor"), grant_of(next, "harbor")}));
    c.maker.with("now", time_of(after_now(kHour)));
  };
  hold_next(kNow);
  c.again("superseded", "A later version of the grant took effect in the second of sealing.", one_view("EX3325"));
  hold_next(after_now(60));
  c.again("superseded on the way", "A later version took effect after sealing; the note is held.", one_view("EX3326"));
  hold_next(after_now(60));
  c.maker.with(
      "received",
      Json::array({Json{{"sha256", hex_of(crypto::sha256(c.main.envelope))}, {"time", time_of(after_now(59))}}}));
  c.again("arrived before it was superseded", "The envelope is known to have come before that.", c.as_first());
  hold_next(after_now(kHour + 1));
  c.again("superseded in the future", "The later version is yet to take effect.", c.as_first());
}

}  // namespace

void add_status(NoteCases& c) {
  add_staples(c);
  add_staple_times(c);
  add_versions(c);
  add_grant_versions(c);
}

}  // namespace xch::vectors
