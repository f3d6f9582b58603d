// Packets to recipients outside the coalition, from home to whoever has the code: recorded before they leave, held to the
// consent, told to its authority, and opened without a home.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <tuple>

#include "base/encoding.hpp"
#include "crypto/code_key.hpp"
#include "crypto/digest.hpp"
#include "message/one_shot_code.hpp"
#include "policy/decide.hpp"
#include "session/catalogue.hpp"
#include "session/one_shot.hpp"
#include "session/world.hpp"

namespace xch::session_test {
namespace {

namespace fs = std::filesystem;

constexpr Timestamp kUntil{kNow.seconds + 20 * kDay};
constexpr const char* kBakery = "Corner Bakery";

/// Harbor may tell a bakery whether the person takes part, by a consent of part 2 that the pack lets name it.
struct OneShot : ::testing::TestWithParam<SuiteId> {
  World world{GetParam()};
  GrantHash grant;

  OneShot() {
    name_outside(world.pack());
    world.found();
    grant = world.issue(outside());
    world.publish_status();
    world.settle();
  }
  /// A part 2 basis lists only readers who hold something of part 2: here the one bit.
  static void name_outside(PolicyPack& pack) {
    for (auto& basis : pack.bases)
      if (basis.basis == Basis::part2Consent) basis.readers.push_back(Role::ext);
    PackCell bit;
    bit.basis = Basis::part2Consent, bit.purpose = Purpose::coord, bit.role = Role::ext, bit.field_class = FieldClass::sud;
    bit.effect = Effect::generalise, bit.form = Form::yesNo, bit.reason = "the one bit";
    pack.cells.push_back(bit);
    std::sort(pack.cells.begin(), pack.cells.end(), [](const PackCell& a, const PackCell& b) {
      return std::tie(a.basis, a.purpose, a.role, a.field_class) < std::tie(b.basis, b.purpose, b.role, b.field_class);
    });
  }
  static GrantAsked outside() {
    GrantAsked asked = care();
    asked.externals = {{kBakery, kUntil, {Compartment(FieldClass::eng, Form::yesNo)}, {"harbor"}}};
    return asked;
  }
  session::Session& harbor() { return world["harbor"]; }
  session::OneShotRequest request(const std::string& json = R"({"engaged": "intermittent"})") const {
    session::OneShotRequest out;
    out.note.type = "progress.engagement";
    out.note.json = json;
    out.grant = grant;
    out.purpose = Purpose::coord;
    out.to = kBakery;
    return out;
  }
  Result<session::OneShotAnswer> seal(const session::OneShotRequest& asked) { return harbor().one_shots().seal(asked); }
  Result<session::OneShotAnswer> seal() { return seal(request()); }

  /// What somebody does who has the packet, the code as it was written down, and the digest of the roots.
  Result<message::OpenedOneShot> open(ByteView packet, std::string_view code, const Digest& roots, Timestamp now) {
    static const auto catalogue = must(session::Catalogue::load(), "catalogue");
    XCH_ASSIGN(const auto read, message::read_code(code));
    XCH_ASSIGN(const SuiteId suite, message::suite_of_one_shot(packet));
    XCH_ASSIGN(const auto key, crypto::code_key(suite, read.expose()));
    return message::open_one_shot(packet, key,
                                  {[&](const Digest& shown) { return shown == roots; },
                                   [&](const SchemaDigest& digest) { return catalogue.with_digest(digest); }},
                                  now);
  }
  std::vector<session::JournalRow> lines(session::Session& home, EventKind kind, const std::string& with) {
    std::vector<session::JournalRow> out;
    for (const auto& row : must(home.journal(1, 100000), "journal"))
      if (row.kind == kind && row.detail_json.find(with) != std::string::npos) out.push_back(row);
    return out;
  }
};
XCH_FOR_EVERY_SUITE(OneShot);

TEST_P(OneShot, IsOpenedByWhoeverHasThePacketTheCodeAndTheWordsAndNothingElse) {
  const auto sealed = must(seal(), "seal");
  const auto code = std::string(sealed.code.expose().text());
  EXPECT_EQ(sealed.record.fields, std::vector<std::string>{"engaged (yes-no)"});
  EXPECT_EQ(sealed.record.expires_at, world.now() + message::kOneShotDays * kDay);
  EXPECT_EQ(must(harbor().one_shots().roots()), sealed.roots);
  const auto opened = must(open(sealed.packet, code, sealed.roots, world.now()), "open");
  EXPECT_EQ(opened.sender, "harbor");
  EXPECT_EQ(opened.told.to.name, kBakery);
  EXPECT_EQ(opened.grant_hash, grant);
  EXPECT_EQ(opened.told.id, sealed.record.id);

  EXPECT_TRUE(refuses(open(sealed.packet, must(seal(), "another").code.expose().text(), sealed.roots, world.now()),
                      Code::one_shot_closed));
  EXPECT_TRUE(refuses(open(sealed.packet, code, crypto::sha256(ByteView()), world.now()), Code::one_shot_roots));
  EXPECT_TRUE(refuses(open(sealed.packet, code, sealed.roots, sealed.record.expires_at + 1), Code::one_shot_expired));
  EXPECT_TRUE(refuses(open(sealed.packet, code, sealed.roots, Timestamp{world.now().seconds - kClockSkew - 1}),
                      Code::one_shot_early));
  // No home takes it for something of its own.
  EXPECT_TRUE(refuses(world["clinic"].open_envelope(sealed.packet), Code::one_shot_elsewhere));
}

TEST_P(OneShot, IsRecordedBeforeItLeavesAndListedAsADisclosure) {
  const auto before = must(harbor().one_shots().preview(request()), "preview");
  EXPECT_EQ(before.fields, std::vector<std::string>{"engaged (yes-no)"});
  EXPECT_TRUE(must(harbor().one_shots().records()).empty());
  EXPECT_TRUE(lines(harbor(), EventKind::disclosed, "one-shot").empty());

  const auto sealed = must(seal(), "seal");
  const auto disclosed = lines(harbor(), EventKind::disclosed, "\"what\":\"one-shot\"");
  ASSERT_EQ(disclosed.size(), 1u);
  EXPECT_EQ(disclosed[0].seq, sealed.record.journal_seq);
  EXPECT_EQ(disclosed[0].object, sealed.record.body);
  for (const std::string& part : {"\"grant\":\"" + to_hex(grant) + "\"", std::string("\"role\":\"EXT\""),
                                 std::string("\"basis\":\"part2-consent\""), "\"to\":\"" + to_hex(sealed.record.to) + "\""})
    EXPECT_NE(disclosed[0].detail_json.find(part), std::string::npos) << part;
  std::size_t seals = 0;
  for (const auto& row : lines(harbor(), EventKind::sealed, "note")) seals += row.object == sealed.record.body;
  EXPECT_EQ(seals, 1u);
  const auto records = must(harbor().one_shots().records());
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].name, kBakery);
  EXPECT_EQ(records[0].type, "progress.engagement");
  EXPECT_EQ(records[0].journal_seq, sealed.record.journal_seq);
}

TEST_P(OneShot, ItsAuthorityIsToldThatItCannotBeUndone) {
  must(seal(), "seal");
  world.settle();
  const auto told = lines(world["office"], EventKind::receipt, "\"what\":\"packet-sent\"");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].object, retag<Digest>(grant));
  EXPECT_NE(told[0].detail_json.find(to_hex(world.party("harbor").id)), std::string::npos);
}

TEST_P(OneShot, ObeysARevocationASuspensionAndAnEnd) {
  for (const auto& [state, code] : {std::pair(GrantState::suspended, Code::suspended), std::pair(GrantState::revoked, Code::revoked)}) {
    world.advance(kMinute);
    world.publish_status({{7, state}});
    world.settle();
    EXPECT_TRUE(refuses(seal(), code));
    EXPECT_TRUE(refuses(harbor().one_shots().preview(request()), code));
  }
  EXPECT_TRUE(must(harbor().one_shots().records()).empty());
  EXPECT_TRUE(lines(harbor(), EventKind::disclosed, "one-shot").empty());
}

TEST_P(OneShot, GoesOnlyToWhomTheConsentNamesAndOnlyWithWhatItNames) {
  auto other = request();
  other.to = "Corner Tavern";
  EXPECT_TRUE(refuses(seal(other), Code::one_shot_recipient));
  other.to = "clinic";
  EXPECT_TRUE(refuses(seal(other), Code::one_shot_recipient));
  const auto much = seal(request(R"({"engaged": "active", "nextStep": "call on Monday"})"));
  ASSERT_TRUE(refuses(much, Code::one_shot_field));
  EXPECT_EQ(much.error().path, "nextStep");
  // Another person's consent, which names nobody outside.
  auto asked = care();
  asked.subject = "q";
  asked.id = testing::fixed_id<GrantId>("grant two");
  asked.index = 8;
  auto theirs = request();
  theirs.grant = world.issue(asked);
  world.settle();
  EXPECT_TRUE(refuses(seal(theirs), Code::one_shot_recipient));
  auto long_lived = request();
  long_lived.expires_at = kUntil + 1;
  EXPECT_TRUE(refuses(seal(long_lived), Code::seal_grant_expired));
  long_lived.expires_at = world.now() + 31 * kDay;
  EXPECT_TRUE(refuses(seal(long_lived), Code::seal_outlives_type));
  // Kept back: the authority lays no entry of the class into the grant, so there is nothing to give.
  auto kept = outside();
  kept.id = testing::fixed_id<GrantId>("grant three");
  kept.index = 9;
  kept.externals[0].reads = {Compartment(FieldClass::hou, Form::level)};
  auto under = request();
  under.grant = world.issue(kept);
  world.settle();
  EXPECT_FALSE(seal(under));
  EXPECT_TRUE(must(harbor().one_shots().records()).empty());
}

TEST_P(OneShot, ThePlainTextAndTheCodeStandInNoFileLogOrRow) {
  const auto sealed = must(seal(), "seal");
  world.settle();
  const std::string code(sealed.code.expose().text());
  std::string bare;
  for (const char c : code)
    if (c != '-') bare += c;
  const auto clean = [&](const std::string& where, const std::string& bytes) {
    for (const std::string& secret : {code, bare, to_hex(ByteView(std::string_view(code))), std::string("intermittent")})
      EXPECT_EQ(bytes.find(secret), std::string::npos) << where;
  };
  for (const auto& line : world.log_lines()) clean("a log line", line);
  for (const auto* name : {"harbor", "office"}) {
    for (const auto& row : must(world[name].journal(1, 100000), "journal")) clean("the journal", row.detail_json);
    for (const auto& entry : fs::recursive_directory_iterator(world.home(name))) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      clean(entry.path().filename().string(), std::string(std::istreambuf_iterator<char>(in), {}));
    }
  }
  clean("the packet", std::string(ByteView(sealed.packet).text()));
}

}  // namespace
}  // namespace xch::session_test
