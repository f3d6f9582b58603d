// Status lists as they are fetched: form, authority, life, and against the lists held.
#include <algorithm>
#include <functional>

#include "vectors/objects.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

constexpr const char* kWhole = "list";

struct StatusCases {
  explicit StatusCases(SuiteId suite)
      : coalition(suite, message_test::default_pack_hash()),
        maker(suite, "status",
              Json{{"now", time_of(kNow)}, {"rosters", Json::array({roster_of(coalition.signed_roster())})}}),
        office(coalition["office"]) {}

  static testing::StatusSpec spec(std::uint32_t version = 3) {
    testing::StatusSpec out;
    out.version = version;
    out.states = {{7, GrantState::revoked}, {300, GrantState::suspended}, {1023, GrantState::revoked}};
    return out;
  }
  static Json taken(const StatusList& list) {
    return Json{{"status_hash", hex_of(grant::status_hash(list.signed_body.body))}};
  }
  void add(const std::string& name, const std::string& says, const StatusList& list, Json expect) {
    maker.bytes(name, says, wire::encode(list), std::move(expect));
  }
  void list(const std::string& name, const std::string& says, const char* id,
            const std::function<void(StatusList&)>& edit) {
    StatusList changed = testing::make_status(coalition, spec());
    edit(changed);
    add(name, says, changed, refused(id));
  }
  /// body changes the signed body and signs it again.
  StatusList with_body(const std::function<void(StatusBody&)>& edit) const {
    StatusList out = testing::make_status(coalition, spec());
    StatusBody body = must(wire::decode_status_body(out.signed_body.body));
    edit(body);
    out.signed_body =
        must(party::sign_object(Kind::statusList, wire::encode(body), office.authority->id, *office.authority_key));
    return out;
  }
  void body(const std::string& name, const std::string& says, const char* id,
            const std::function<void(StatusBody&)>& edit) {
    add(name, says, with_body(edit), refused(id));
  }
  void body_opens(const std::string& name, const std::string& says, const std::function<void(StatusBody&)>& edit) {
    const StatusList out = with_body(edit);
    add(name, says, out, taken(out));
  }
  void holding(const testing::StatusSpec& held) {
    maker.with("status_lists", Json::array({list_of(testing::make_status(coalition, held))}));
  }
  void again(const std::string& name, const std::string& says, Json expect) {
    maker.edit(name, says, kWhole, 0, 0, ByteView(), std::move(expect));
  }

  testing::Coalition coalition;
  Maker maker;
  testing::TestParty& office;
};

void add_held(StatusCases& c) {
  const StatusList first = testing::make_status(c.coalition, StatusCases::spec());
  c.add(kWhole, "Version 3 of the office's list: four chunks, three grants not active.", first,
        StatusCases::taken(first));
  auto one = StatusCases::spec();
  one.grants = 256;
  one.states = {{7, GrantState::revoked}};
  const StatusList small = testing::make_status(c.coalition, one);
  c.add("one chunk", "A list of one chunk.", small, StatusCases::taken(small));
  auto odd = StatusCases::spec();
  odd.grants = 5 * 256;
  const StatusList five = testing::make_status(c.coalition, odd);
  c.add("five chunks", "A list of five chunks, whose tree is not even.", five, StatusCases::taken(five));
  auto own = StatusCases::spec();
  own.authority = "prosecutor";
  const StatusList facts = testing::make_status(c.coalition, own);
  c.add("list of an originator", "The list of an authority for its own facts: its chain has two records.", facts,
        StatusCases::taken(facts));

  c.holding(StatusCases::spec(2));
  c.again("higher than held", "Version 2 is held.", StatusCases::taken(first));
  c.holding(StatusCases::spec());
  c.again("held already", "This very list is held.", StatusCases::taken(first));
  auto newer = StatusCases::spec(4);
  newer.issued_at = before_now(60);
  c.holding(newer);
  c.again("rollback", "Version 4 is held.", refused("EX2216"));
  auto twin = StatusCases::spec();
  twin.states.erase(7);
  c.holding(twin);
  c.again("two bodies of one version", "Another body of version 3 is held.", refused("EX2217"));
}

void add_form(StatusCases& c) {
  const std::size_t size = wire::encode(testing::make_status(c.coalition, StatusCases::spec())).size();
  c.maker.cut("record cut", "The record's last word is missing.", kWhole, size - 8, refused("EX2214"));
  const Bytes zeros(8);
  c.maker.edit("word behind the record", "A zero word follows the record.", kWhole, static_cast<std::int64_t>(size), 0,
               zeros, refused("EX2214"));
  c.list("another kind", "The list is a policy pack by its kind.", "EX2214",
         [](StatusList& l) { l.signed_body.kind = Kind::policyPack; });
  c.list("no chunks", "The list has no chunk.", "EX2214", [](StatusList& l) { l.chunks.clear(); });
  c.list("broken chunk", "The last chunk has 63 bytes.", "EX2214", [](StatusList& l) { l.chunks.pop_back(); });
  c.list("chunk too many", "The list has one chunk more than its body says.", "EX2214",
         [](StatusList& l) { l.chunks.resize(l.chunks.size() + 64); });
  c.list("body cut", "The body's last word is missing.", "EX2214",
         [](StatusList& l) { l.signed_body.body.resize(l.signed_body.body.size() - 8); });
}

void add_authority(StatusCases& c) {
  c.list("chain of a seat", "The chain is a seat's.", "EX2215",
         [&](StatusList& l) { l.chain = c.office.seat_chain(); });
  c.list("chain of another authority", "The chain is another authority's.", "EX2215",
         [&](StatusList& l) { l.chain = c.coalition["prosecutor"].authority_chain(); });
  c.list("no chain", "The chain is empty.", "EX2215", [](StatusList& l) { l.chain.clear(); });
  c.body("body of another authority", "The body names another authority than the chain.", "EX2215",
         [&](StatusBody& b) { b.authority = c.coalition["prosecutor"].id(); });
  c.list("signature flipped", "One bit of the signature differs.", "EX2215",
         [](StatusList& l) { l.signed_body.signature[9] ^= 1; });
  c.list("signed by the seat", "The office's seat signed the list.", "EX2215", [&](StatusList& l) {
    l.signed_body =
        must(party::sign_object(Kind::statusList, l.signed_body.body, c.office.seat.id, *c.office.seat_key));
  });
  c.list("chunk flipped", "One bit of a chunk differs.", "EX2215", [](StatusList& l) { l.chunks[100] ^= 1; });
  c.list("chunks exchanged", "Two chunks have changed places.", "EX2215",
         [](StatusList& l) { std::swap_ranges(l.chunks.begin(), l.chunks.begin() + 64, l.chunks.begin() + 64); });
  c.body("another root", "The chunks lead to another root.", "EX2215", [](StatusBody& b) { b.root.bytes[0] ^= 1; });
  Roster roster = c.coalition.roster_body();
  roster.revoked = {{c.office.authority->id, kNow}};
  c.maker.with("rosters", Json::array({roster_of(c.coalition.sign(roster))}));
  c.again("authority revoked", "The authority's key is revoked from this second on.", refused("EX2215"));
}

void add_times(StatusCases& c) {
  c.body_opens("life of a day", "The list lives 24 hours.",
               [](StatusBody& b) { b.next_update = b.issued_at + 24 * kHour; });
  c.body("life over a day", "The list lives 24 hours and one second.", "EX2218",
         [](StatusBody& b) { b.next_update = b.issued_at + 24 * kHour + 1; });
  c.body("life backwards", "nextUpdate lies before issuedAt.", "EX2218",
         [](StatusBody& b) { b.next_update = Timestamp{b.issued_at.seconds - 1}; });
  c.body_opens("300 seconds ahead", "The list was issued 300 seconds ahead of the reader's clock.", [](StatusBody& b) {
    b.issued_at = after_now(300);
    b.next_update = after_now(600);
  });
  c.body("301 seconds ahead", "The list was issued 301 seconds ahead of the reader's clock.", "EX2218",
         [](StatusBody& b) {
           b.issued_at = after_now(301);
           b.next_update = after_now(600);
         });
  c.maker.with("now", time_of(after_now(kDay)));
  c.again("stale", "A list past its nextUpdate may still be kept; nobody seals with it.",
          StatusCases::taken(testing::make_status(c.coalition, StatusCases::spec())));
}

}  // namespace

VectorFile status_file(SuiteId suite) {
  StatusCases c(suite);
  add_held(c);
  add_form(c);
  add_authority(c);
  add_times(c);
  return c.maker.take();
}

}  // namespace xch::vectors
