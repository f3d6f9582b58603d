// The logs of a world's five agencies, each of which is a witness of the others'. For tests only.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "log/folder.hpp"
#include "log/witness.hpp"
#include "session/exchange_log.hpp"
#include "session/world.hpp"

namespace xch::session_test {

inline const std::vector<std::string>& five() {
  static const std::vector<std::string> kAll{"office", "harbor", "clinic", "defender", "patrol"};
  return kAll;
}

class Witnessed {
 public:
  /// Every agency's policy names all five logs and asks for `quorum` of the five witnesses.
  explicit Witnessed(World& world, unsigned quorum = 2) : world_(world) {
    std::string logs, lines, names;
    std::uint8_t seed = 60;
    for (const auto& name : five()) {
      auto key = testing::must(log::SignerKey::make(name + ".witness", log::KeyType::cosignature, Bytes(32, ++seed)), "key");
      witnesses_.emplace(name, testing::must(log::Witness::create(temp_.path() / name, std::move(key)), "witness"));
      keys_.emplace(name, testing::must(log::VerifierKey::parse(world[name].exchange_log().standing()->verifier_key), "log"));
      logs += "log " + keys_.at(name).text() + "\n";
      lines += "witness " + name + " " + witnesses_.at(name).verifier().text() + "\n";
      names += " " + name;
    }
    for (const auto& [name, witness] : witnesses_)
      for (const auto& [other, key] : keys_) EXPECT_TRUE(passes(witness.trust(key)));
    policy_ = logs + lines + "group some " + std::to_string(quorum) + names + "\nquorum some\n";
    for (const auto& name : five()) give_policy(name);
  }
  void give_policy(const std::string& name) { EXPECT_TRUE(passes(world_[name].exchange_log().set_policy(policy_))); }
  const std::string& policy() const { return policy_; }
  std::filesystem::path witness_folder(const std::string& name) const { return temp_.path() / name; }
  const log::VerifierKey& key(const std::string& name) const { return keys_.at(name); }

  /// One agency adds a batch, and these witnesses sign it at this moment.
  void batch(const std::string& name, const std::vector<std::string>& by = {"office", "patrol"}) {
    ASSERT_TRUE(passes(world_[name].exchange_log().flush()));
    sign(name, by);
  }
  void sign(const std::string& name, const std::vector<std::string>& by) {
    for (const auto& who : by) {
      auto asked = testing::must(world_[name].exchange_log().ask(who + ".witness"), "ask");
      ASSERT_EQ(asked.size(), 1u);
      auto answer = testing::must(witnesses_.at(who).add_checkpoint(asked.front().request, world_.now()), "answer");
      const auto done = world_[name].exchange_log().collect(log::encode_witness_answer({who + ".witness", answer}));
      ASSERT_TRUE(passes(done));
      if (done->is_signed) continue;  // else it holds another size, and is asked again from there
      asked = testing::must(world_[name].exchange_log().ask(who + ".witness"), "ask again");
      answer = testing::must(witnesses_.at(who).add_checkpoint(asked.front().request, world_.now()), "answer");
      ASSERT_TRUE(passes(world_[name].exchange_log().collect(log::encode_witness_answer({who + ".witness", answer}))));
    }
  }

 private:
  World& world_;
  log::TempFolder temp_;
  std::map<std::string, log::Witness> witnesses_;
  std::map<std::string, log::VerifierKey> keys_;
  std::string policy_;
};

}  // namespace xch::session_test
