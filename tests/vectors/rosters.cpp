// Rosters: a first one, one that follows, and every way to refuse either (docs/format.md, "Keys, parties, roster").
#include <algorithm>
#include <functional>

#include "vectors/objects.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

struct RosterCases {
  explicit RosterCases(SuiteId suite)
      : coalition(suite, message_test::default_pack_hash()),
        original(only(coalition.roster_body(), {"office", "clinic", "patrol"})),
        signed_original(coalition.sign(original)),
        maker(suite, "rosters", Json{{"now", time_of(kNow)}}) {
    crypto::SeededRandom_for_testing random(ByteView(std::string_view("LX1 vectors roots")));
    for (int i = 0; i < 2; ++i) fresh.push_back(must(crypto::SignPrivateKey::generate(suite, random)));
  }

  static Json taken(const SignedRoster& roster) {
    return Json{{"roster_hash", hex_of(party::roster_hash(roster.body))}};
  }
  void add(const std::string& name, const std::string& says, const SignedRoster& roster, Json expect) {
    maker.bytes(name, says, wire::encode(roster), std::move(expect));
  }
  /// holding says that the first roster is held.
  void holding() { maker.with("rosters", Json::array({roster_of(signed_original)})); }
  /// first changes the first roster; next the one that follows it. Both are signed by roots 0 and 1.
  void first(const std::string& name, const std::string& says, const char* id,
             const std::function<void(Roster&)>& edit) {
    Roster body = original;
    edit(body);
    add(name, says, coalition.sign(body), refused(id));
  }
  Roster following() const {
    Roster body = original;
    body.version = 2;
    body.previous = party::roster_hash(signed_original.body);
    body.issued = kNow;
    return body;
  }
  void next(const std::string& name, const std::string& says, const char* id,
            const std::function<void(Roster&)>& edit) {
    Roster body = following();
    edit(body);
    holding();
    add(name, says, coalition.sign(body), refused(id));
  }
  Party& party(Roster& body, const std::string& name) const {
    return *std::find_if(body.parties.begin(), body.parties.end(), [&](const Party& p) { return p.name == name; });
  }
  /// key replaces clinic's encryption key by a changed record that clinic's identity signs.
  void key(const std::string& name, const std::string& says, const char* id,
           const std::function<void(KeyRecord&)>& edit) {
    first(name, says, id, [&](Roster& body) {
      const auto& clinic = coalition["clinic"];
      KeyRecord record = clinic.encryption.record;
      edit(record);
      party(body, "clinic").keys[1] = testing::certified(record, *clinic.identity_key).signed_record;
    });
  }

  testing::Coalition coalition;
  Roster original;  // of three parties
  SignedRoster signed_original;
  Maker maker;
  std::vector<crypto::SignPrivateKey> fresh;
};

void add_accepted(RosterCases& c) {
  c.add("first", "A first roster, signed by two of three roots.", c.signed_original,
        RosterCases::taken(c.signed_original));
  const auto all = c.coalition.sign(c.original, {0, 1, 2});
  c.add("signed by all", "The same, signed by all three.", all, RosterCases::taken(all));
  const auto second = c.coalition.sign(c.following());
  c.holding();
  c.add("next", "Version 2 follows version 1.", second, RosterCases::taken(second));
  Roster later = c.following();
  later.version = 9;
  const auto ninth = c.coalition.sign(later);
  c.holding();
  c.add("version 9", "Version 9 names the held version 1 as the one before.", ninth, RosterCases::taken(ninth));
  c.add("version 9 as the first", "A home may see version 9 first; its hash is compared by the administrator.", ninth,
        RosterCases::taken(ninth));
  Roster revoking = c.following();
  revoking.revoked = {{c.coalition["clinic"].seat.id, kNow}};
  const auto revoked = c.coalition.sign(revoking);
  c.holding();
  c.add("revoking", "Version 2 revokes a key.", revoked, RosterCases::taken(revoked));
}

void add_roots(RosterCases& c) {
  // Roots 0 and 1 leave, two come: new list {fresh 0, fresh 1, old 2}.
  Roster body = c.following();
  body.roots = {RootKey{c.fresh[0].public_key().bytes().copy()}, RootKey{c.fresh[1].public_key().bytes().copy()},
                body.roots[2]};
  testing::Coalition& coalition = c.coalition;
  // Records whose parent was root 0 are of no use any more.
  for (auto& party : body.parties) party.keys.clear();
  SignedRoster change;
  change.body = wire::encode(body);
  const auto sign = [&](SignedRoster& to, std::uint8_t index, const crypto::SignPrivateKey& root) {
    to.signatures.push_back(must(party::sign_roster(to.body, index, root)));
  };
  const auto with = [&](const std::vector<std::pair<std::uint8_t, const crypto::SignPrivateKey*>>& by) {
    SignedRoster out;
    out.body = change.body;
    for (const auto& [index, root] : by) sign(out, index, *root);
    return out;
  };
  const auto& f = c.fresh;
  const auto add = [&](const std::string& name, const std::string& says, const SignedRoster& roster, const char* id) {
    c.holding();
    c.add(name, says, roster, id == nullptr ? RosterCases::taken(roster) : refused(id));
  };
  // A root that leaves signs under 3 + its old index.
  add("roots changed", "Two new roots sign, and two of the old ones under the indexes behind them.",
      with({{0, &f[0]}, {1, &f[1]}, {3, &coalition.root(0)}, {4, &coalition.root(1)}}), nullptr);
  add("root that stays", "One new root, the one that stays, and one that leaves: two of the old ones in all.",
      with({{0, &f[0]}, {2, &coalition.root(2)}, {3, &coalition.root(0)}}), nullptr);
  add("roots without the old ones", "The new roots alone signed.", with({{0, &f[0]}, {1, &f[1]}}), "EX6205");
  add("one old root too few", "One of the old roots signed where two are needed.",
      with({{0, &f[0]}, {1, &f[1]}, {3, &coalition.root(0)}}), "EX6205");
  add("old root under another's index", "A leaving root's signature stands under the index of another.",
      with({{0, &f[0]}, {1, &f[1]}, {3, &coalition.root(0)}, {4, &coalition.root(0)}}), "EX6205");
  add("root that stays twice", "The root that stays signs under its old index too.",
      with({{0, &f[0]}, {2, &coalition.root(2)}, {5, &coalition.root(2)}}), "EX6205");
  add("index of nobody", "A signature stands under an index beyond both lists.",
      with({{0, &f[0]}, {2, &coalition.root(2)}, {3, &coalition.root(0)}, {6, &coalition.root(1)}}), "EX6205");
  add("new roots too few", "One of the roster's own roots signed where two are needed.",
      with({{0, &f[0]}, {3, &coalition.root(0)}, {4, &coalition.root(1)}}), "EX6202");
}

void add_form(RosterCases& c) {
  const SignedRoster& good = c.signed_original;
  SignedRoster changed = good;
  changed.body.resize(good.body.size() + 8);
  c.add("word behind the body", "A zero word follows the body.", changed, refused("EX6201"));
  changed = good;
  changed.body.resize(good.body.size() - 8);
  c.add("body cut", "The body's last word is missing.", changed, refused("EX6201"));
  c.maker.cut("record cut", "The record's last word is missing.", "first", wire::encode(good).size() - 8,
              refused("EX6201"));
  changed = good;
  std::swap(changed.signatures[0], changed.signatures[1]);
  c.add("indexes descending", "The signatures do not ascend by index.", changed, refused("EX6201"));
  changed = good;
  changed.signatures[1] = changed.signatures[0];
  c.add("signature twice", "One root's signature stands twice.", changed, refused("EX6201"));
  c.first("version 0", "Roster versions count from 1.", "EX6201", [](Roster& r) { r.version = 0; });
  c.first("first with a previous", "Version 1 names a previous body.", "EX6201",
          [](Roster& r) { r.previous.bytes[0] = 1; });
  c.first("second without a previous", "Version 2 names no previous body.", "EX6201", [](Roster& r) { r.version = 2; });
  c.first("expired before it was issued", "expires lies before issued.", "EX6201",
          [](Roster& r) { r.expires = Timestamp{r.issued.seconds - 1}; });
  c.first("threshold 0", "A threshold of no root.", "EX6201", [](Roster& r) { r.threshold = 0; });
  c.first("threshold over the roots", "A threshold of four of three roots.", "EX6201",
          [](Roster& r) { r.threshold = 4; });
  c.first("root twice", "One root stands twice.", "EX6201", [](Roster& r) { r.roots[2] = r.roots[0]; });
  c.first("party twice", "Two parties have one id.", "EX6201",
          [&](Roster& r) { c.party(r, "patrol").id = c.coalition["clinic"].id(); });
  c.first("name twice", "Two parties have one name.", "EX6201",
          [&](Roster& r) { c.party(r, "patrol").name = "clinic"; });
  c.first("revoked twice", "One key is revoked twice.", "EX6201", [&](Roster& r) {
    r.revoked = {{c.coalition["clinic"].seat.id, kNow}, {c.coalition["clinic"].seat.id, after_now(1)}};
  });
  c.first("root of 33 bytes", "A root's key is 33 bytes long.", "EX6201",
          [](Roster& r) { r.roots[2].public_key.assign(33, 2); });
  c.first("root of the other suite", "A root's key has the length of the other suite's.", "EX6201",
          [&](Roster& r) { r.roots[2].public_key.assign(c.coalition.suite() == SuiteId::p256 ? 32 : 65, 4); });
  c.first("suite 3", "The roster pins the reserved suite.", "EX6201", [](Roster& r) { r.suite = SuiteId::pq; });
}

void add_signatures(RosterCases& c) {
  const Roster& body = c.original;
  c.add("one signature", "One root signed where two are needed.", c.coalition.sign(body, {0}), refused("EX6202"));
  c.add("no signature", "No root signed.", c.coalition.sign(body, {}), refused("EX6202"));
  SignedRoster changed = c.coalition.sign(body, {0, 1, 2});
  changed.signatures[2].signature[5] ^= 1;
  c.add("one of three bad", "Two signatures are valid and a third is not.", changed, refused("EX6202"));
  changed = c.signed_original;
  changed.signatures[1].root_index = 2;
  c.add("signature of another root", "Root 1 signed under the index of root 2.", changed, refused("EX6202"));
  changed = c.signed_original;
  const auto& root = c.coalition.root(1);
  changed.signatures[1].signature =
      must(crypto::sign(root, party::root_key_id(root.public_key().bytes()), "LX1 sign policy pack", changed.body))
          .view()
          .copy();
  c.add("label of another kind", "Root 1 signed under the label of policy packs.", changed, refused("EX6202"));
}

void add_succession(RosterCases& c) {
  c.holding();
  c.add("the same again", "The held version is not higher than itself.", c.signed_original, refused("EX6203"));
  c.next("another body of this version", "Another version 1 comes.", "EX6203", [](Roster& r) {
    r.version = 1;
    r.previous = {};
  });
  Roster second = c.following();
  const auto held = c.coalition.sign(second);
  c.maker.with("rosters", Json::array({roster_of(c.signed_original), roster_of(held)}));
  c.add("rollback", "Version 1 comes after version 2.", c.signed_original, refused("EX6203"));
  c.next("previous of another", "The previous hash is not the held body's.", "EX6204",
         [](Roster& r) { r.previous.bytes[0] ^= 1; });
  c.next("another coalition", "The roster names another coalition.", "EX6204", [&](Roster& r) {
    r.coalition.bytes[0] ^= 1;
    for (auto& party : r.parties) party.keys.clear();
  });
}

void add_keys(RosterCases& c) {
  c.key("key of another party", "A key record names another party than the one it stands with.", "EX6209",
        [&](KeyRecord& r) { r.subject = c.coalition["patrol"].id(); });
  c.key("key of another coalition", "A key record names another coalition.", "EX6209",
        [](KeyRecord& r) { r.coalition.bytes[0] ^= 1; });
  c.key("key of the other suite", "A key record is of the other suite.", "EX6209", [&](KeyRecord& r) {
    const testing::Coalition others(testing::other_suite(c.coalition.suite()));
    r.suite = others.suite();
    r.public_key = others["clinic"].encryption_key->public_key().bytes().copy();
  });
  c.key("eight days", "An encryption key's window is longer than seven days.", "EX6209",
        [](KeyRecord& r) { r.not_after = r.not_before + 7 * kDay + 1; });
  c.key("window backwards", "A key's window ends before it begins.", "EX6209",
        [](KeyRecord& r) { r.not_after = Timestamp{r.not_before.seconds - 1}; });
  c.key("encryption key with bases", "An encryption key lists a basis.", "EX6209",
        [](KeyRecord& r) { r.bases = {Basis::part2Consent}; });
  if (c.coalition.suite() == SuiteId::p256) {
    c.key("hybrid key", "A public key begins with 0x07.", "EX6209", [](KeyRecord& r) { r.public_key[0] = 7; });
    c.key("key off the curve", "A public key is no point of the curve.", "EX6209",
          [](KeyRecord& r) { std::fill(r.public_key.begin() + 1, r.public_key.end(), std::uint8_t{1}); });
  }
  c.first("key twice", "One key record stands twice.", "EX6209", [&](Roster& r) {
    auto& keys = c.party(r, "clinic").keys;
    keys.push_back(keys[1]);
  });
  c.first("key record cut", "A key record's last word is missing.", "EX6209", [&](Roster& r) {
    Bytes& body = c.party(r, "clinic").keys[1].body;
    body.resize(body.size() - 8);
  });
  c.first("authority without bases", "A consent authority lists no basis.", "EX6209", [&](Roster& r) {
    KeyRecord record = c.coalition["office"].authority->record;
    record.bases.clear();
    c.party(r, "office").keys[2] = testing::vouched(record).signed_record;
  });
  c.key("parent of no roster", "A key record's parent is neither a root nor in the roster.", "EX6210",
        [](KeyRecord& r) { r.parent.bytes[0] ^= 1; });
  c.key("parent of another party", "A key record's parent is another party's identity.", "EX6210",
        [&](KeyRecord& r) { r.parent = c.coalition["patrol"].identity.id; });
  c.first("encryption key under a root", "A root may not certify an encryption key.", "EX6210", [&](Roster& r) {
    KeyRecord record = c.coalition["clinic"].encryption.record;
    record.parent = c.coalition["clinic"].identity.record.parent;
    c.party(r, "clinic").keys[1] = testing::vouched(record).signed_record;
  });
  c.first("authority of consents under an agency",
          "An agency's identity certifies an authority for the person's consents.", "EX6210", [&](Roster& r) {
            const auto& office = c.coalition["office"];
            KeyRecord record = office.authority->record;
            record.parent = office.identity.id;
            c.party(r, "office").keys[2] = testing::certified(record, *office.identity_key).signed_record;
          });
  c.first("vouched record signed", "A record whose parent is a root bears a signature.", "EX6211", [&](Roster& r) {
    c.party(r, "clinic").keys[0] =
        testing::certified(c.coalition["clinic"].identity.record, c.coalition.root(0)).signed_record;
  });
  c.first("key's signature flipped", "One bit of a key record's signature differs.", "EX6211",
          [&](Roster& r) { c.party(r, "clinic").keys[1].signature[3] ^= 1; });
  c.first("key unsigned", "A record whose parent is an identity bears no signature.", "EX6211", [&](Roster& r) {
    auto& record = c.party(r, "clinic").keys[1];
    record.signer = {};
    record.signature.clear();
  });
}

}  // namespace

VectorFile rosters_file(SuiteId suite) {
  RosterCases c(suite);
  add_accepted(c);
  add_roots(c);
  add_form(c);
  add_signatures(c);
  add_succession(c);
  add_keys(c);
  return c.maker.take();
}

}  // namespace xch::vectors
