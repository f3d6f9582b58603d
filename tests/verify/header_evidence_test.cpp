// Headers as evidence of two histories: what convinces one of the library, exchange-verify and the verifier in JavaScript
// convinces them all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "crypto/digest.hpp"
#include "crypto/merkle.hpp"
#include "log/history.hpp"
#include "message/cells.hpp"
#include "session/statement.hpp"
#include "support/coalition.hpp"
#include "verify/program.hpp"
#include "wire/records.hpp"

namespace xch::log {
namespace {

// What makes up a header's statement, each part to be changed by itself.
struct HeaderParts {
  NoteHeader header;
  CertifiedKey seat, identity;
  const crypto::SignPrivateKey* signer = nullptr;
  std::uint16_t position = 3;
  std::optional<std::string> signature;
  std::string text() const {
    const Bytes core = wire::encode(header);
    const Digest slots = crypto::sha256(ByteView(std::string_view("slots")));
    const std::vector<Digest> path(kBatchDepth, crypto::sha256(ByteView(std::string_view("beside"))));
    const Digest root = crypto::sparse_root(position, message::batch_leaf(message::header_hash(core, slots)), path);
    message::Opened note;
    note.core = ByteView(core).copy();
    note.slots_root = slots;
    note.batch_position = position;
    note.batch_path = path;
    if (signature) note.batch_signature = ByteView(std::string_view(*signature)).copy();
    else note.batch_signature = ByteView(testing::must(crypto::sign(*signer, seat.id, "LX1 sign note", root))).copy();
    note.sender_chain = {seat.signed_record, identity.signed_record};
    return session::header_statement(note);
  }
};

struct EvidenceCase {
  EvidenceCase(std::string what, std::string evidence) : name(std::move(what)), text(std::move(evidence)) {}
  std::string name, text;
  bool names_party = true, names_log = false;
  int exit = kForged;
  KeyId party;  // zeros: the one whose header it is
};

class HeaderEvidence : public Verify, public ::testing::WithParamInterface<SuiteId> {
 protected:
  HeaderParts says(const LogReference& log) const {
    HeaderParts out;
    const auto& harbor = coalition_["harbor"];
    out.header.suite = GetParam();
    out.header.coalition = coalition_.id();
    out.header.sender = harbor.id();
    out.header.sender_key = harbor.seat.id;
    out.header.basis = Basis::part2Consent;
    out.header.purpose = Purpose::coord;
    out.header.checkpoint = log;
    out.header.slot_count = 1;
    out.seat = harbor.seat;
    out.identity = harbor.identity;
    out.signer = &*harbor.seat_key;
    return out;
  }
  static LogReference of(const History& history, std::uint64_t size) {
    return {session::log_origin_hash("police.example/log"), size, history.checkpoint(size).root};
  }
  EvidenceCase same_size(std::string name, const HeaderParts& second) const {
    return {std::move(name), encode_evidence({says(of(a_, 20)).text(), second.text(), {}, {}})};
  }
  EvidenceCase with_text(std::string name, const std::string& second) const {
    return {std::move(name), encode_evidence({says(of(a_, 20)).text(), second, {}, {}})};
  }
  /// replaced is a good statement with one line changed.
  std::string replaced(const std::string& from, const std::string& to) const {
    std::string text = says(of(b_, 20)).text();
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  }

  std::vector<EvidenceCase> cases() const {
    const auto good = says(of(b_, 20));
    const auto& other = coalition_["clinic"];
    std::vector<EvidenceCase> out;
    out.push_back(same_size("two headers of one size", good));
    out.back().exit = kVerified;
    const Digest begins = b_.checkpoint(20).root;
    const auto proof = *consistency_proof(b_.tree(), 20, 300);
    out.push_back({"a header and a larger checkpoint",
                   encode_evidence({says(of(a_, 20)).text(), b_.note(300), begins, proof})});
    out.back().names_log = true;
    out.back().exit = kVerified;
    out.push_back(out.back());
    out.back().name = "whose checkpoint it is was not said";
    out.back().names_log = false;
    out.back().exit = kUsage;
    out.push_back(out.front());
    out.back().name = "whose header it is was not said";
    out.back().names_party = false;
    out.back().names_log = true;
    out.back().exit = kUsage;
    out.push_back({"a checkpoint and a header of one size", encode_evidence({a_.note(20), good.text(), {}, {}})});
    out.back().names_log = true;
    out.back().exit = kVerified;
    out.push_back({"the beginning is that of the first", encode_evidence({good.text(), b_.note(300), begins, proof})});
    out.back().names_log = true;
    out.push_back({"a proof of another size", encode_evidence({says(of(a_, 20)).text(), b_.note(300), begins,
                                                               *consistency_proof(b_.tree(), 21, 300)})});
    out.back().names_log = true;
    out.push_back(same_size("one root", says(of(a_, 20))));
    out.push_back(same_size("two sizes, and no proof", says(of(b_, 21))));
    LogReference elsewhere = of(b_, 20);
    elsewhere.origin = session::log_origin_hash("clinic.example/log");
    out.push_back(same_size("two logs", says(elsewhere)));
    out.push_back(out.front());
    out.back().name = "another agency is named";
    out.back().party = other.identity.id;
    out.back().exit = kForged;

    auto changed = good;
    changed.header.sender = other.id();
    out.push_back(same_size("the header names another sender", changed));
    changed = good;
    changed.header.sender_key = other.seat.id;
    out.push_back(same_size("the header names another key", changed));
    changed = good;
    changed.signer = &*other.seat_key;
    out.push_back(same_size("signed by another seat", changed));
    changed = good;
    changed.identity = other.identity;
    out.push_back(same_size("another identity at the end", changed));
    for (const auto& [name, change] : std::vector<std::pair<std::string, std::function<void(KeyRecord&)>>>{
             {"a key that is no seat's",
              [](KeyRecord& r) {
                r.kind = KeyKind::agencyEncryption;
                r.not_after = r.not_before;
              }},
             {"a seat of another agency", [&](KeyRecord& r) { r.subject = other.id(); }},
             {"a seat with another parent", [&](KeyRecord& r) { r.parent = other.identity.id; }}}) {
      changed = good;
      KeyRecord record = changed.seat.record;
      change(record);
      changed.seat = testing::certified(record, *coalition_["harbor"].identity_key);
      changed.header.sender_key = changed.seat.id;
      changed.header.sender = record.subject;
      out.push_back(same_size(name, changed));
    }
    changed = good;
    changed.seat = testing::certified(changed.seat.record, *other.identity_key);
    out.push_back(same_size("a seat that another agency has signed", changed));
    changed = good;
    changed.signature = std::string(64, 0);
    out.push_back(same_size("a signature of zeros", changed));
    changed.signature = std::string(63, 1);
    out.push_back(same_size("a signature cut short", changed));

    out.push_back(with_text("another place in the batch", replaced("position 3\n", "position 4\n")));
    out.push_back(with_text("no place in any batch", replaced("position 3\n", "position 1024\n")));
    out.push_back(with_text("a place with a leading zero", replaced("position 3\n", "position 03\n")));
    out.push_back(with_text("a line is missing", replaced("position 3\n", "")));
    out.push_back(with_text("a line that is not base64", replaced("slots ", "slots ?")));
    out.push_back(with_text("a line of another name", replaced("signature ", "signatura ")));
    out.push_back(with_text("a line more", good.text() + "signed AA==\n"));
    out.push_back(with_text("no end of the last line", good.text().substr(0, good.text().size() - 1)));
    const std::string core = "core " + to_base64(wire::encode(good.header));
    out.push_back(with_text("a core of no bytes", replaced(core, "core ")));
    if (GetParam() == SuiteId::p256) out.push_back(with_text("the signature's high-s twin", high_s(good.text())));
    const std::string whole = out.front().text;
    for (std::size_t at = 0; at < whole.size(); at += 131) {
      std::string bent = whole;
      bent[at] ^= 1;
      out.push_back({"a bit at " + std::to_string(at), bent});
      out.push_back({"cut at " + std::to_string(at), whole.substr(0, at)});
    }
    return out;
  }
  /// s is n - s: the same signature for whoever does not ask for the low one.
  static std::string high_s(std::string text) {
    const std::string order_hex = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    const Bytes order = *from_hex(order_hex);
    const auto at = text.find("signature ") + 10;
    Bytes signature = *from_base64(text.substr(at, text.find('\n', at) - at));
    int borrow = 0;
    for (std::size_t i = 32; i-- > 0;) {
      const int value = order[i] - signature[32 + i] - borrow;
      borrow = value < 0 ? 1 : 0;
      signature[32 + i] = static_cast<std::uint8_t>(value + (borrow != 0 ? 256 : 0));
    }
    return text.replace(at, text.find('\n', at) - at, to_base64(signature));
  }

  testing::Coalition coalition_{GetParam()};
  History a_{"a", 5}, b_{"b", 5};
};
INSTANTIATE_TEST_SUITE_P(Suites, HeaderEvidence, ::testing::Values(SuiteId::p256, SuiteId::x25519),
                         [](const auto& run) { return run.param == SuiteId::p256 ? "p256" : "x25519"; });

TEST_P(HeaderEvidence, ConvincesTheLibraryAndBothVerifiersOrNoneOfThem) {
  const auto all = cases();
  int convinced = 0;
  for (const auto& which : all) {
    const KeyId party = which.party.is_zero() ? coalition_["harbor"].identity.id : which.party;
    std::string keys = which.names_party ? " --party " + to_hex(party) : "";
    if (which.names_log) keys += " " + log_key();
    const Answer got = verify("evidence" + keys + " " + file("evidence", which.text));
    EXPECT_EQ(got.exit, which.exit) << which.name << ": " << got.output;
    const LogTrust trust = sample_trust();
    session::Believed believed;
    if (which.names_log) believed.logs = &trust;
    if (which.names_party) believed.identity = party;
    const auto read = parse_evidence(which.text);
    const auto judged = read ? session::check_evidence(*read, believed) : fail(read.error());
    const int library = judged ? kVerified : judged.error().code == Code::usage ? kUsage : kForged;
    EXPECT_EQ(library, which.exit) << which.name;
    convinced += library == kVerified ? 1 : 0;
  }
  EXPECT_EQ(convinced, 3);
  EXPECT_GT(all.size(), 60u);
}

}  // namespace
}  // namespace xch::log
