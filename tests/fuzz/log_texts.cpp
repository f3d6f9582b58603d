// The texts of the exchange log that come from outside: a policy of witnesses, what a witness is asked, and the evidence
// of two histories. They are lines; an input is the text, behind the signatures of a log whose key is known here.
#include <algorithm>
#include <string>

#include "crypto/merkle.hpp"
#include "fuzz/targets.hpp"
#include "log/evidence.hpp"
#include "log/history.hpp"
#include "log/policy.hpp"
#include "log/witness.hpp"

namespace xch::fuzz {
namespace {

using log::History;

/// The sample log has told two histories, which part after 200 entries; it has signed both, and nothing else.
const History& one() {
  static const History kOne("one", 200);
  return kOne;
}
const History& other() {
  static const History kOther("other", 200);
  return kOther;
}
Bytes bytes_of(std::string_view text) { return ByteView(text).copy(); }

/// A note that does not open: not well-formed, of another log, or not signed.
constexpr Ids kNoteRefused{4101, 4106};

// ---- how a text is changed -----------------------------------------------------------------------------------------

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find('\n', from), text.size() - 1);
    out.emplace_back(text.substr(from, end - from + 1));
    from = end + 1;
  }
  return out;
}

/// One line dropped, doubled, put elsewhere, or one byte of it changed; of a number or a hash another one.
Bytes change_lines(ByteView input, std::size_t most, Draw& draw) {
  auto lines = lines_of(input.text());
  if (lines.empty() || draw.once_in(4)) {
    Bytes out = input.copy();
    out.resize(std::max<std::size_t>(most, out.size()));
    out.resize(change_bytes(out.data(), std::min(input.size(), most), most, draw));
    return out;
  }
  const auto at = lines.begin() + static_cast<std::ptrdiff_t>(draw.below(lines.size()));
  const auto to = lines.begin() + static_cast<std::ptrdiff_t>(draw.below(lines.size()));
  switch (draw.below(5)) {
    case 0: lines.erase(at); break;
    case 1: lines.insert(to, std::string(*at)); break;
    case 2: std::swap(*at, *to); break;
    case 3: (*at)[draw.below(at->size())] = static_cast<char>(' ' + draw.below(95)); break;
    default: {
      const auto digit = at->find_first_of("0123456789");
      if (digit != std::string::npos) (*at)[digit] = static_cast<char>('0' + draw.below(10));
    }
  }
  std::string out;
  for (const auto& line : lines) out += line;
  return bytes_of(std::string_view(out).substr(0, most));
}

// ---- a policy ------------------------------------------------------------------------------------------------------

void run_policy(ByteView input) {
  const auto policy = log::LogPolicy::parse(input.text());
  if (!policy) return require_refusal(policy.error(), {{4124, 4124}});
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < policy->witnesses().size(); ++i) all.push_back(i);
  // Every further witness makes a quorum no worse, and the order in which they come says nothing.
  std::vector<std::size_t> some;
  bool met = policy->is_met({});
  for (const auto witness : all) {
    some.push_back(witness);
    const bool now = policy->is_met(some);
    require(now || !met, "a quorum that is met stays so");
    require(policy->is_met({some.rbegin(), some.rend()}) == now, "the order of witnesses says nothing");
    met = now;
  }
  std::vector<std::string> keys;
  for (const auto& known : policy->logs()) keys.push_back(known.key.text());
  for (const auto& known : policy->witnesses()) keys.push_back(known.key.text());
  std::sort(keys.begin(), keys.end());
  require(std::adjacent_find(keys.begin(), keys.end()) == keys.end(), "a key stands in a policy once");
}

std::vector<Bytes> policy_seeds() {
  const std::string key = log::sample_log_key().verifier().text();
  const std::string a = log::sample_witness(1).verifier().text(), b = log::sample_witness(2).verifier().text();
  const std::string c = log::sample_witness(3).verifier().text();
  const std::string all = "log " + key + " https://log.example/\nwitness a " + a + " https://a.example/\nwitness b " + b +
                          "\n\n# who else\nwitness c " + c + "\ngroup two 2 a b c\ngroup more any two\nquorum more\n";
  return {bytes_of(all), bytes_of("quorum none\n"), bytes_of("witness a " + a + "\nquorum a\n"),
          bytes_of("witness a " + a + "\nwitness b " + b + "\ngroup g all a b\nquorum g\n")};
}

// ---- a request to a witness ----------------------------------------------------------------------------------------

void run_request(ByteView input) {
  const auto request = log::parse_witness_request(input.text());
  if (!request) return require_refusal(request.error(), {{4129, 4129}});
  require(log::encode_witness_request(*request) == input.text(), "a request has one spelling");
  const auto opened = log::open_checkpoint(request->checkpoint, log::sample_trust());
  if (!opened) return require_refusal(opened.error(), {kNoteRefused});
  // Whatever proof there is: it leads only from a beginning of the history whose checkpoint it is.
  const auto& now = opened->checkpoint;
  for (const auto* history : {&one(), &other()}) {
    if (request->old_size == 0 || request->old_size > now.size) continue;
    const auto old = history->checkpoint(request->old_size);
    const auto led = log::check_consistency(old.size, now.size, old.root, now.root, request->proof);
    if (!led) require_refusal(led.error(), {{4109, 4110}});
    else require(history->checkpoint(now.size).root == now.root || old.size <= 200, "a proof leads within one history");
  }
}

std::vector<Bytes> request_seeds() {
  return {bytes_of(one().request(0, 10)), bytes_of(one().request(10, 300)), bytes_of(one().request(256, 400)),
          bytes_of(other().request(150, 333)), bytes_of(other().request(7, 7))};
}

// ---- evidence ------------------------------------------------------------------------------------------------------

std::string evidence(const std::string& a, const std::string& b, const History& larger) {
  const auto found = log::find_evidence(a, b, log::sample_trust(), &larger.tree());
  if (!found) throw Broken("the seeds of evidence show no two histories");
  return log::encode_evidence(*found);
}

void run_evidence(ByteView input) {
  const auto read = log::parse_evidence(input.text());
  if (!read) return require_refusal(read.error(), {{4126, 4126}});
  require(log::encode_evidence(*read) == input.text(), "evidence has one spelling");
  const auto trust = log::sample_trust();
  const auto shown = log::check_evidence(*read, trust);
  if (!shown) return require_refusal(shown.error(), {kNoteRefused, {4126, 4126}});
  const auto a = log::open_checkpoint(read->first, trust), b = log::open_checkpoint(read->second, trust);
  require(a && b, "both notes of evidence are signed by the log");
  const auto& first = a->checkpoint;
  const auto& second = b->checkpoint;
  for (const auto* history : {&one(), &other()}) {
    const bool both = history->checkpoint(first.size).root == first.root &&
                      history->checkpoint(second.size).root == second.root;
    require(!both, "a log with one history is accused of none");
  }
}

std::vector<Bytes> evidence_seeds() {
  return {bytes_of(evidence(one().note(300), other().note(300), one())),
          bytes_of(evidence(one().note(250), other().note(400), other())),
          bytes_of(evidence(other().note(256), one().note(399), one()))};
}

}  // namespace

Target log_evidence_target() { return {"log_evidence", run_evidence, change_lines, evidence_seeds}; }
Target log_policy_target() { return {"log_policy", run_policy, change_lines, policy_seeds}; }
Target log_request_target() { return {"log_request", run_request, change_lines, request_seeds}; }

}  // namespace xch::fuzz
