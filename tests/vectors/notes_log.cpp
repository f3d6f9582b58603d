// What a sender's log says of its note: the checkpoint in the header, and log proofs (docs/format.md, "Freshness").
#include "crypto/digest.hpp"
#include "vectors/notes.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

struct LogCases {
  NoteCases& c;
  const SenderLog& log = c.main.log;
  NoteHeader header = c.main.base.header;

  LogProof proof(const std::vector<SenderLog::Signed>& by = {{0, after_now(600)}, {2, after_now(900)}}) const {
    return log.proof(c.main.header, sealed_event_at(c.main.header, header, kNow), by);
  }
  void hold(const LogProof& proof) {
    c.maker.with("log_policy", log.policy());
    c.maker.with("log_proofs", Json::array({base64_of(wire::encode(proof))}));
  }
  /// The grant has ended while the note was on its way.
  void on_its_way() {
    testing::StatusSpec ended;
    ended.version = 2;
    ended.issued_at = after_now(60);
    ended.next_update = after_now(60 + 4 * kHour);
    ended.states[court_spec().status_index] = GrantState::revoked;
    Json lists = Json::array();
    for (const auto& spec : {testing::StatusSpec(), ended}) lists.push_back(list_of(testing::make_status(c.main.scene.coalition, spec)));
    c.maker.with("status_lists", std::move(lists));
    c.maker.with("now", time_of(after_now(kHour)));
  }
  void held(const std::string& name, const std::string& says, const LogProof& proof) {
    on_its_way();
    hold(proof);
    c.again(name, says, one_view("EX3326"));
  }
  Json verified() const {
    Json view = opened(c.main.header, c.cells());
    view["freshness"] = "verified";
    return views({std::move(view)});
  }
};

void add_references(NoteCases& c) {
  const Digest nothing = crypto::sha256(ByteView());
  c.opens("no log yet", "The sender has no log: no origin, no entries, SHA-256 of nothing.",
          [&](Parts& p) { p.header.checkpoint = {Digest(), 0, nothing}; });
  c.refuses("entries of no log", "The header names entries and no log.", "EX3229",
            [](Parts& p) { p.header.checkpoint.origin = Digest(); });
  c.refuses("log without entries", "The header names a log of which nothing was witnessed.", "EX3229",
            [&](Parts& p) { p.header.checkpoint = {p.header.checkpoint.origin, 0, nothing}; });
  c.refuses("root of nothing", "The header has a root and no log.", "EX3229",
            [](Parts& p) { p.header.checkpoint = {Digest(), 0, p.header.checkpoint.root}; });
}

}  // namespace

void add_log(NoteCases& c) {
  add_references(c);
  LogCases l{c};
  l.hold(l.proof());
  c.again("proven", "The log proof has come, and two of three witnesses signed within a day.", l.verified());
  l.on_its_way();
  l.hold(l.proof());
  c.again("proven and on its way", "The grant ended while the note was on its way; the proof shows that it is older.", l.verified());
  l.on_its_way();
  l.hold(l.proof({{0, after_now(600)}, {1, after_now(kDay)}}));
  c.again("proven at the end of the day", "The second witness signed a day after sealing.", l.verified());
  l.held("proven too late", "The second witness signed a day and a second after sealing.",
         l.proof({{0, after_now(600)}, {1, after_now(kDay + 1)}}));
  l.held("one witness", "One witness signed where two have to.", l.proof({{0, after_now(600)}}));
  l.on_its_way();
  c.maker.with("log_proofs", Json::array({base64_of(wire::encode(l.proof()))}));
  c.again("proof of an unknown log", "The reader has no policy that names the log.", one_view("EX3326"));
  auto changed = l.proof();
  changed.blind.bytes[7] ^= 1;
  l.hold(changed);
  c.again("proof with another blind", "Blind and event do not give the entry's commitment.", one_view("EX3332"));
  auto of_another = l.header;
  of_another.note_id.bytes[0] ^= 1;
  l.hold(l.log.proof(c.main.header, sealed_event_at(c.main.header, of_another, kNow), {{0, after_now(600)}, {2, after_now(900)}}));
  c.again("proof of another note id", "The log has the header under another note id.", one_view("EX3332"));
  l.hold(l.log.proof(c.main.header, sealed_event_at(c.main.header, l.header, after_now(1)), {{0, after_now(600)}, {2, after_now(900)}}));
  c.again("proof of another time", "By the log the note was sealed a second later than its header says.", one_view("EX3332"));
  l.hold(l.proof({{0, before_now(301)}, {2, before_now(301)}}));
  c.again("witnessed before it was sealed", "Both witnesses signed 301 seconds before the note says it was sealed.", one_view("EX3332"));
  l.hold(l.proof({{0, before_now(300)}, {2, before_now(300)}}));
  c.again("witnessed by clocks that are behind", "Both witnesses signed 300 seconds before.", l.verified());
}

}  // namespace xch::vectors
