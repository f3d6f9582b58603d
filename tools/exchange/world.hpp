// The demo's world: a folder with a home for each agency, their processes, and the courier between their spools.
#pragma once

#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agency.hpp"
#include "teller.hpp"

namespace cli {

/// Unexpected ends the demo: something went otherwise than the story says.
struct Unexpected {
  std::string what;
};

/// Member is one agency as the demo sets it up.
struct Member {
  const char* name;
  const char* role;
  const char* kind;
  const char* ori;
  std::vector<const char*> authority;  // bases it may issue, certified by the coalition
  bool originates;
  const char* is;  // in plain words
};
const std::vector<Member>& members();
/// everybody is the members and the auditor, who has a home and no part in the story.
const std::vector<Member>& everybody();
constexpr char kAuditor[] = "auditor";

/// day_at is the day of a second by UTC, YYYY-MM-DD; day_after the day so many days after another.
std::string day_at(std::time_t at);
std::string day_after(const std::string& day, int days);

class World {
 public:
  World(std::string folder, std::string suite, Teller& teller) : folder_(std::move(folder)), suite_(std::move(suite)), teller_(teller) {}

  const std::string& folder() const { return folder_; }
  /// found makes the homes, the roster and the policy, and starts a process for each agency.
  void found();

  /// must asks an agency; an error is Unexpected.
  Outcome must(const std::string& who, const char* verb, const Request& request = {}, std::string_view envelope = {});
  /// must_refuse asks for what has to be refused with this id, and tells it.
  void must_refuse(const std::string& who, const char* verb, const Request& request, const std::string& id, const std::string& what,
                   std::string_view envelope = {});

  /// settle carries every file to its receiver and lets it take it in, until nothing moves. A copy of each stays in
  /// envelopes/. `waits` collects what an inbox reports as waiting ("note to seal again").
  struct Settled {
    std::size_t files = 0;
    std::vector<std::string> waits;
  };
  Settled settle();

  /// last_from gives the bytes of the newest file that went this way: of notes (".lxe") or of objects (".lxo").
  const std::string& last_from(const std::string& from, const std::string& to, const std::string& extension = ".lxe") const;
  std::string grant_subject(const std::string& who, const std::string& grant);

  /// witness_each_other lets every agency write its log and all others sign it, by files in files/; their witnesses are
  /// left in witnesses/.
  struct Witnessed {
    std::string agency;
    std::uint64_t entries = 0;
    bool is_enough = false;
  };
  std::vector<Witnessed> witness_each_other();

  /// audit lets the auditor hold the members' logs against each other, and leaves its report in the folder.
  Value audit();

  /// stop ends every agency's process.
  void stop() { agencies_.clear(); }

 private:
  std::string home(const std::string& who) const { return folder_ + "/" + who; }
  std::string passphrase(const std::string& who) const { return folder_ + "/" + who + ".passphrase"; }
  Value once(const std::string& who, const std::vector<std::string>& words);
  void make_homes();
  void start_agencies();
  bool carry_all();
  void make_witnesses();
  void ask_witnesses(const std::string& who);

  std::string folder_, suite_;
  Teller& teller_;
  std::map<std::string, std::unique_ptr<Agency>> agencies_;
  std::map<std::string, std::string> last_;
  std::vector<std::string> witness_keys_;
  std::size_t carried_ = 0;
  std::vector<std::string> receivers_;
};

}  // namespace cli
