// Steps 4 to 6: who sealed it. Chain, signature, time, roster.
#include <algorithm>

#include "crypto/hpke.hpp"
#include "crypto/labels.hpp"
#include "crypto/merkle.hpp"
#include "message/cells.hpp"
#include "vectors/notes.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

using testing::certified;

/// The main scene's sender and the chains one can make for it.
struct SenderCases {
  explicit SenderCases(NoteCases& cases)
      : c(cases), scene(cases.main.scene), coalition(scene.coalition), sender(coalition["prosecutor"]) {}

  KeyRecord seat() const {
    return coalition.record(KeyKind::seat, "prosecutor", sender.seat_key->public_key().bytes(), sender.identity.id);
  }
  /// use puts a leaf of its own before the identity; the seat's key signs under its id.
  static void use(Parts& p, const CertifiedKey& leaf, const std::vector<Signed>& above) {
    p.chain = {wire::encode(leaf.signed_record)};
    for (const auto& record : above) p.chain.push_back(wire::encode(record));
    p.header.sender_key = leaf.id;
    p.signer_id = leaf.id;
  }
  template <class Edit>
  void seat_as(const std::string& name, const std::string& says, const char* id, Edit edit) {
    c.refuses_all(name, says, id, [&](Parts& p) {
      KeyRecord record = seat();
      edit(record);
      use(p, certified(record, *sender.identity_key), {sender.identity.signed_record});
    });
  }
  template <class Edit>
  void seat_opens(const std::string& name, const std::string& says, Edit edit) {
    c.opens(name, says, [&](Parts& p) {
      KeyRecord record = seat();
      edit(record);
      use(p, certified(record, *sender.identity_key), {sender.identity.signed_record});
    });
  }
  Bytes signature_of(const Parts& p, std::string_view label) {
    const Digest root = scene.batch_root_of(p);
    return must(crypto::sign(*sender.seat_key, sender.seat.id, label, root)).view().copy();
  }
  SignedRoster roster(const Roster& body) const { return coalition.sign(body); }

  NoteCases& c;
  Scene& scene;
  testing::Coalition& coalition;
  testing::TestParty& sender;
};

void add_malformed_chains(SenderCases& s) {
  auto& c = s.c;
  c.refuses_all("chain of another kind", "The seat's record is a Signed of kind grant.", "EX3201", [&](Parts& p) {
    Signed record = s.sender.seat.signed_record;
    record.kind = Kind::grant;
    p.chain.front() = wire::encode(record);
  });
  c.refuses_all("chain record cut", "The seat's record body has lost its last word.", "EX3201", [&](Parts& p) {
    Signed record = s.sender.seat.signed_record;
    record.body.resize(record.body.size() - 8);
    p.chain.front() = wire::encode(record);
  });
  c.refuses_all("chain of zeros", "The seat's record is one zero word.", "EX3201",
                [](Parts& p) { p.chain.front() = Bytes(8); });
  c.refuses_all("no chain", "The chain is empty.", "EX3201", [](Parts& p) { p.chain.clear(); });
  s.seat_as("window backwards", "The seat's window ends before it begins.", "EX3201",
            [](KeyRecord& r) { r.not_after = Timestamp{r.not_before.seconds - 1}; });
  s.seat_as("seat with bases", "A seat's record lists a basis.", "EX3201",
            [](KeyRecord& r) { r.bases = {Basis::part2Consent}; });
  if (c.suite != SuiteId::p256) return;
  s.seat_as("hybrid seat key", "The seat's public key begins with 0x06.", "EX3201",
            [](KeyRecord& r) { r.public_key[0] = 6; });
  s.seat_as("seat key off the curve", "The seat's public key is no point of the curve.", "EX3201",
            [](KeyRecord& r) { std::fill(r.public_key.begin() + 1, r.public_key.end(), std::uint8_t{1}); });
}

void add_untrusted_chains(SenderCases& s) {
  auto& c = s.c;
  c.refuses_all("encryption key as seat", "The leaf is the agency's encryption key.", "EX3204",
                [&](Parts& p) { SenderCases::use(p, s.sender.encryption, {s.sender.identity.signed_record}); });
  c.refuses_all("identity as seat", "The leaf is the agency's identity.", "EX3204",
                [&](Parts& p) { SenderCases::use(p, s.sender.identity, {}); });
  c.refuses_all("seat under a seat", "A seat certifies a seat.", "EX3204", [&](Parts& p) {
    KeyRecord record = s.seat();
    record.parent = s.sender.seat.id;
    SenderCases::use(p, certified(record, *s.sender.seat_key),
                     {s.sender.seat.signed_record, s.sender.identity.signed_record});
  });
  c.refuses_all("seat under an authority", "A consent authority certifies a seat.", "EX3204", [&](Parts& p) {
    const auto& office = s.coalition["office"];
    KeyRecord record = s.seat();
    record.parent = office.authority->id;
    SenderCases::use(p, certified(record, *office.authority_key), {office.authority->signed_record});
  });
  c.refuses_all("seat alone", "The chain ends at the seat, whose parent is no root.", "EX3204",
                [&](Parts& p) { SenderCases::use(p, s.sender.seat, {}); });
  c.refuses_all("identity of no roster", "The identity at the top does not stand in the roster.", "EX3202",
                [&](Parts& p) {
                  KeyRecord identity = s.sender.identity.record;
                  identity.serial += 1;
                  const auto top = testing::vouched(identity);
                  KeyRecord record = s.seat();
                  record.parent = top.id;
                  SenderCases::use(p, certified(record, *s.sender.identity_key), {top.signed_record});
                });
  c.refuses_all("parent not next", "The seat's parent is another record than the next one.", "EX3202",
                [&](Parts& p) { SenderCases::use(p, s.sender.seat, {s.coalition["patrol"].identity.signed_record}); });
  s.seat_as("seat of another coalition", "The seat's record names another coalition.", "EX3205",
            [](KeyRecord& r) { r.coalition.bytes[0] ^= 1; });
  s.seat_as("seat of another agency", "The seat's record names another agency than its parent.", "EX3206",
            [&](KeyRecord& r) { r.subject = s.coalition["patrol"].id(); });
  s.seat_as("seat of the other suite", "The seat's record is of the other suite.", "EX3207", [&](KeyRecord& r) {
    const testing::Coalition others(testing::other_suite(c.suite));
    r.suite = others.suite();
    r.public_key = others["prosecutor"].seat_key->public_key().bytes().copy();
  });
  c.refuses_all("seat certified by another", "Another agency's identity signed the seat's record.", "EX3203",
                [&](Parts& p) {
                  SenderCases::use(p, certified(s.seat(), *s.coalition["patrol"].identity_key),
                                   {s.sender.identity.signed_record});
                });
  c.refuses_all("seat's signature flipped", "One bit of the signature under the seat's record differs.", "EX3203",
                [&](Parts& p) {
                  CertifiedKey leaf = s.sender.seat;
                  leaf.signed_record.signature[9] ^= 1;
                  SenderCases::use(p, leaf, {s.sender.identity.signed_record});
                });
  c.refuses_all("seat unsigned", "The seat's record bears no signature.", "EX3203", [&](Parts& p) {
    CertifiedKey leaf = s.sender.seat;
    leaf.signed_record.signer = {};
    leaf.signed_record.signature.clear();
    SenderCases::use(p, leaf, {s.sender.identity.signed_record});
  });
  c.refuses_all("identity signed", "The record that the roster vouches for bears a signature.", "EX3203",
                [&](Parts& p) {
                  Signed top = certified(s.sender.identity.record, s.coalition.root(0)).signed_record;
                  SenderCases::use(p, s.sender.seat, {top});
                });
}

// ---- the signature
// -----------------------------------------------------------------------------------------------------

using Number = std::array<std::uint8_t, 32>;
constexpr Number kP256Order{0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
                            0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                            0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
// Little-endian, as an Ed25519 S is.
constexpr Number kEd25519Order{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                               0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                               0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

/// order - s, big-endian.
void negate(MutableView s) {
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const int difference = int{kP256Order[i]} - int{s[i]} - borrow;
    borrow = difference < 0 ? 1 : 0;
    s[i] = static_cast<std::uint8_t>(difference + 256 * borrow);
  }
}
/// s + order, little-endian.
void add_order(MutableView s) {
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    const unsigned sum = unsigned{s[i]} + kEd25519Order[i] + carry;
    s[i] = static_cast<std::uint8_t>(sum);
    carry = sum >> 8;
  }
}

void add_signatures(SenderCases& s) {
  auto& c = s.c;
  const auto signed_as = [&](const std::string& name, const std::string& says, auto edit) {
    c.refuses_all(name, says, "EX3208", [&](Parts& p) {
      p.signature = s.signature_of(p, crypto::sign_label(Kind::note));
      edit(p.signature);
    });
  };
  signed_as("signature flipped", "One bit of the signature differs.", [](Bytes& b) { b[40] ^= 1; });
  signed_as("signature of zeros", "The signature is 64 zero bytes.", [](Bytes& b) { b.assign(64, 0); });
  if (c.suite == SuiteId::p256) {
    const auto half = [](Bytes& b, std::size_t at, const Number& number) {
      std::copy(number.begin(), number.end(), b.begin() + static_cast<std::ptrdiff_t>(at));
    };
    signed_as("high s", "s is replaced by n - s, which ECDSA itself would take.",
              [](Bytes& b) { negate(MutableView(b).sub(32)); });
    signed_as("r zero", "r is 0.", [&](Bytes& b) { half(b, 0, Number{}); });
    signed_as("s zero", "s is 0.", [&](Bytes& b) { half(b, 32, Number{}); });
    signed_as("r of n", "r is the order of the group.", [&](Bytes& b) { half(b, 0, kP256Order); });
    signed_as("s of n", "s is the order of the group.", [&](Bytes& b) { half(b, 32, kP256Order); });
  } else {
    signed_as("S beyond the order", "S is replaced by S + L.", [](Bytes& b) { add_order(MutableView(b).sub(32)); });
  }
  c.refuses_all("label of another kind", "The seat signed the root under the label of redactions.", "EX3208",
                [](Parts& p) { p.label = "LX1 sign redaction"; });
  c.refuses_all("another key signed", "Another agency's seat signed under this seat's id.", "EX3208",
                [&](Parts& p) { p.signer = &*s.coalition["patrol"].seat_key; });
  c.refuses_all("another id signed", "The seat signed under another key id.", "EX3208",
                [&](Parts& p) { p.signer_id = s.coalition["patrol"].seat.id; });
  testing::Coalition others(testing::other_suite(c.suite), s.scene.sender.policy_hash);
  c.refuses_all("algorithm of the other suite", "The signature is one of the other suite.", "EX3208",
                [&](Parts& p) { p.signer = &*others["prosecutor"].seat_key; });
}

// ---- step 6
// ------------------------------------------------------------------------------------------------------------

/// A bundle of two notes of one batch, the second one changed.
template <class Edit>
void pair(SenderCases& s, const std::string& name, const std::string& says, const char* id, Edit edit) {
  auto& main = s.c.main;
  reseed(main.scene, s.c.prefix + name);
  auto first = main.note(name + " 1", NoteCases::event(), {"harbor"}), second = main.note(name + " 2", {}, {"harbor"});
  first.purpose = second.purpose = Purpose::court;
  auto all = main.scene.take_all_apart(main.scene.for_party(main.scene.seal({first, second}), "harbor"), "harbor");
  edit(all[1]);
  std::vector<Digest> leaves;
  for (const auto& parts : all) leaves.push_back(message::batch_leaf(main.scene.header_of_parts(parts)));
  const auto tree = crypto::sparse_tree(kBatchDepth, leaves, main.scene.random);
  std::vector<Bytes> encoded;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].batch_position = tree.positions[i];
    all[i].batch_path = tree.paths[i];
    encoded.push_back(main.scene.view_of(all[i]));
  }
  s.c.maker.bytes(name, says, main.scene.put_views(all[0], encoded), refused(id));
}

void add_times(SenderCases& s) {
  auto& c = s.c;
  pair(s, "two times", "Two notes of one bundle were sealed at different times.", "EX3209",
       [](Parts& p) { p.header.sealed_at = after_now(1); });
  pair(s, "two sender keys", "The second note of a bundle names another sender key.", "EX3210",
       [&](Parts& p) { p.header.sender_key = s.coalition["patrol"].seat.id; });
  c.refuses_all("sender key of another", "The header names another key than the chain's seat.", "EX3210",
                [&](Parts& p) { p.header.sender_key = s.coalition["patrol"].seat.id; });
  for (const std::uint64_t skew : {299, 300})
    c.opens("skew " + std::to_string(skew),
            "sealedAt lies " + std::to_string(skew) + " seconds ahead of the reader's clock.",
            [&](Parts& p) { p.header.sealed_at = after_now(skew); });
  c.refuses_all("skew 301", "sealedAt lies 301 seconds ahead of the reader's clock.", "EX3211",
                [](Parts& p) { p.header.sealed_at = after_now(301); });
  s.seat_opens("last second of the seat", "sealedAt is the last second of the seat's window.",
               [](KeyRecord& r) { r.not_after = kNow; });
  s.seat_as("second after the seat", "sealedAt is one second after the seat's window.", "EX3212",
            [](KeyRecord& r) { r.not_after = before_now(1); });
  s.seat_opens("first second of the seat", "sealedAt is the first second of the seat's window.",
               [](KeyRecord& r) { r.not_before = kNow; });
  s.seat_as("second before the seat", "sealedAt is one second before the seat's window.", "EX3212",
            [](KeyRecord& r) { r.not_before = after_now(1); });
}

/// A first roster of three parties, and one that follows it, issued at `issued`.
Roster first_roster(const SenderCases& s) {
  return only(s.coalition.roster_body(), {"office", "prosecutor", "harbor"});
}
SignedRoster next_roster(const SenderCases& s, Timestamp issued, const std::vector<RevokedKey>& revoked) {
  Roster body = first_roster(s);
  body.previous = party::roster_hash(s.roster(body).body);
  body.version = 2;
  body.issued = issued;
  body.revoked = revoked;
  return s.roster(body);
}

void add_rosters(SenderCases& s) {
  auto& c = s.c;
  const Json first = roster_of(s.roster(first_roster(s)));
  const auto with_rosters = [&](const std::vector<SignedRoster>& later) {
    Json all = Json::array({first});
    for (const auto& roster : later) all.push_back(roster_of(roster));
    c.maker.with("rosters", std::move(all));
  };
  const KeyId seat = s.sender.seat.id;
  with_rosters({next_roster(s, before_now(60), {{seat, kNow}})});
  c.again("seat revoked", "The roster of that time revokes the seat in the second of sealing.", refused("EX3213"));
  with_rosters({next_roster(s, before_now(60), {{seat, after_now(1)}})});
  c.again("seat revoked a second later",
          "The roster of that time revokes the seat one second after sealing, which is yet to come.", c.as_first());
  with_rosters({next_roster(s, before_now(60), {{s.sender.identity.id, before_now(1)}})});
  c.again("identity revoked", "The roster of that time revokes the seat's parent.", refused("EX3213"));

  // A later roster revokes: a cut-off of step 11.
  const Timestamp later = after_now(200);
  const auto arrived = [&](std::uint64_t after) {
    c.maker.with(
        "received",
        Json::array({Json{{"sha256", hex_of(crypto::sha256(c.main.envelope))}, {"time", time_of(after_now(after))}}}));
  };
  const auto cut = [&](Timestamp at) {
    with_rosters({next_roster(s, after_now(100), {{seat, at}})});
    c.maker.with("now", time_of(later));
  };
  cut(kNow);
  c.again("seat revoked from the second of sealing", "A later roster revokes the seat from the second of sealing on.",
          one_view("EX3325"));
  cut(after_now(50));
  c.again("seat revoked on the way", "A later roster revokes the seat from a time between sealing and arrival.",
          one_view("EX3326"));
  cut(after_now(50));
  arrived(49);
  c.again("arrived before the seat was revoked", "The envelope is known to have come before that time.", c.as_first());
  cut(after_now(50));
  arrived(50);
  c.again("arrived as the seat was revoked", "The envelope came in that very second.", one_view("EX3326"));

  c.maker.with("now", time_of(s.coalition.roster_body().expires + 1));
  c.again("roster expired", "The newest roster has expired.", refused("EX3214"));
  c.refuses_all("roster of no such time", "No roster is held of the time of sealing.", "EX3214",
                [&](Parts& p) { p.header.sealed_at = Timestamp{s.coalition.roster_body().issued.seconds - 1}; });
  c.refuses_all("another policy pack", "The header names another policy pack than the roster pins.", "EX3215",
                [](Parts& p) { p.header.policy_pack.bytes[0] ^= 1; });
  c.maker.with("pack", nullptr);
  c.again("policy pack not here", "The policy pack that the roster pins is not here yet.", refused("EX2003"));
}

// The envelope is of this suite; roster, chain and signature are of the other, consistently.
void add_suite_pin(SenderCases& s) {
  auto& c = s.c;
  Sealing others(testing::other_suite(c.suite), court_spec(), "court.event", "prosecutor", "harbor", c.prefix);
  others.seal("suite not pinned", NoteCases::event(), Purpose::court);
  const Bytes body = others.scene.body_of(others.envelope, "harbor");
  const auto& harbor = s.coalition["harbor"];
  reseed(s.scene, c.prefix + "suite not pinned");
  c.maker.with("rosters", Json::array({roster_of(others.scene.coalition.signed_roster())}))
      .with("grants", Json::array())
      .bytes("suite not pinned", "The envelope is of a suite that the roster does not pin.",
             s.scene.seal_body(body, harbor.id(), harbor.encryption.id), refused("EX3216"));
}

}  // namespace

void add_sender(NoteCases& c) {
  SenderCases s(c);
  add_malformed_chains(s);
  add_untrusted_chains(s);
  add_signatures(s);
  add_times(s);
  add_rosters(s);
  add_suite_pin(s);
}

}  // namespace xch::vectors
