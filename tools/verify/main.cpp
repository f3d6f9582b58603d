// exchange-verify: the command line.

#include <cstdio>
#include <iostream>
#include <new>

#include "verify.hpp"

namespace {

using namespace verify;

constexpr const char* kHelp =
    "exchange-verify: checks the evidence of an exchange log, offline and on its own.\n"
    "\n"
    "usage:\n"
    "  exchange-verify checkpoint  KEYS FILE             the signatures of a checkpoint\n"
    "  exchange-verify proof       KEYS PROOF ENTRY      that the file ENTRY stands in the log (tlog-proof)\n"
    "  exchange-verify consistency KEYS OLD NEW PROOF    that checkpoint NEW contains all of checkpoint OLD\n"
    "  exchange-verify log         KEYS FOLDER           every entry and tile of a copied log\n"
    "  exchange-verify evidence    KEYS FILE             that the log has shown two histories\n"
    "\n"
    "keys, each written NAME+HASH+BASE64:\n"
    "  --log-key KEY     the key of the log (required, but where evidence is of notes alone)\n"
    "  --witness KEY     the key of an agency that signs along; may be given again for others\n"
    "  --quorum N        how many of the witnesses must have signed; all of them, if it is not given\n"
    "  --policy FILE     instead: a policy of logs and witnesses (tlog-policy); --log-key names the log all the same\n"
    "\n"
    "for evidence that is a note's header:\n"
    "  --party KEY-ID    the id of the agency's identity key, in hex, as its roster has it\n"
    "\n"
    "for a log:\n"
    "  --since OLD       an earlier checkpoint, which the log must contain\n"
    "\n"
    "The proof of consistency is a text with one base64 hash to a line.\n"
    "\n"
    "exit status: 0 it holds; 2 the command is wrong; 5 forged or damaged; 6 it cannot be told, a file is missing\n"
    "             or the policy's witnesses have not signed yet; 1 the machine failed\n";

[[noreturn]] void usage(const std::string& sentence) {
  throw Refusal{kUsage, sentence + "; see exchange-verify --help"};
}

struct Command {
  std::string name, since;
  std::vector<std::string> files;
  Trust trust;
  std::optional<Hash> party;  // id of the identity key of whose headers are shown
};

constexpr std::size_t kTextMax = 1 << 20, kPolicyMax = 256 << 10;

// What is asked of the keys that were named one by one.
void settle_witnesses(Trust& trust, bool has_quorum) {
  const auto& witnesses = trust.witnesses;
  std::size_t countable = 0;
  for (std::size_t i = 0; i < witnesses.size(); ++i) {
    if (witnesses[i].type == 1) usage("the key of a witness is of another type");
    countable += witnesses[i].type == 4 ? 1 : 0;
    // A cosignature does not cover the witness's name: one key under two names would count twice.
    for (std::size_t j = 0; j < i; ++j)
      if (witnesses[j].public_key == witnesses[i].public_key) usage("a witness is named twice");
  }
  if (!has_quorum) trust.quorum = countable;
  if (trust.quorum > countable) usage("the quorum is larger than the number of witnesses");
}

Hash read_key_id(const std::string& hex) {
  Hash out{};
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  if (hex.size() != 2 * out.size()) usage("not the id of a key: " + hex);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) usage("not the id of a key: " + hex);
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return out;
}

void settle(Trust& trust, bool has_quorum) {
  if (trust.policy && (has_quorum || !trust.witnesses.empty())) usage("a policy names the witnesses and the quorum");
  if (trust.policy) trust.witnesses = trust.policy->witnesses;
  if (trust.policy && trust.logs.empty()) trust.logs = trust.policy->logs;
  if (trust.logs.empty()) usage("the key of the log is missing (--log-key)");
  for (const auto& log : trust.logs) {
    if (log.type != 1) usage("the key of the log is of another type");
    for (const auto& witness : trust.witnesses)
      if (witness.public_key == log.public_key) usage("the log cannot be its own witness");
  }
  if (!trust.policy) settle_witnesses(trust, has_quorum);
}

Command read_command(const std::vector<std::string>& words) {
  Command out;
  bool has_quorum = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word.rfind("--", 0) != 0) {
      if (out.name.empty()) out.name = word;
      else out.files.push_back(word);
      continue;
    }
    if (i + 1 == words.size()) usage("an option has no value: " + word);
    const std::string& value = words[++i];
    if (word == "--log-key") {
      if (!out.trust.logs.empty()) usage("more than one key for the log");
      out.trust.logs.push_back(read_key(value));
    } else if (word == "--witness") {
      out.trust.witnesses.push_back(read_key(value));
    } else if (word == "--policy") {
      if (out.trust.policy) usage("more than one policy");
      out.trust.policy = read_policy(read_file(value, kPolicyMax));
    } else if (word == "--quorum") {
      const auto quorum = decode_number(value);
      if (!quorum) usage("not a number: " + value);
      out.trust.quorum = static_cast<std::size_t>(*quorum);
      has_quorum = true;
    } else if (word == "--since") {
      out.since = value;
    } else if (word == "--party") {
      if (out.party) usage("more than one agency");
      out.party = read_key_id(value);
    } else {
      usage("no such option: " + word);
    }
  }
  // Headers alone need no log's key.
  const bool headers = out.party && out.trust.logs.empty() && !out.trust.policy;
  if (!headers) settle(out.trust, has_quorum);
  if (out.party && out.name != "evidence") usage("--party belongs to the command evidence");
  return out;
}

Checkpoint checkpoint_of(const std::string& path, const Trust& trust) {
  return check_note(read_file(path, kTextMax), trust);
}

void need_files(const Command& command, std::size_t count) {
  if (command.files.size() != count) usage("the command takes " + std::to_string(count) + " file names");
  if (!command.since.empty() && command.name != "log") usage("--since belongs to the command log");
}

void print_checkpoint(const Checkpoint& checkpoint, const Trust& trust) {
  std::cout << "log        " << checkpoint.origin << "\nentries    " << checkpoint.size << "\nroot       "
            << encode_base64({reinterpret_cast<const char*>(checkpoint.root.data()), checkpoint.root.size()})
            << "\nwitnesses  " << checkpoint.cosigned << " of " << trust.witnesses.size() << " named\n";
}

void verify_checkpoint(const Command& command) {
  need_files(command, 1);
  print_checkpoint(checkpoint_of(command.files[0], command.trust), command.trust);
  std::cout << "verified: the checkpoint is signed\n";
}

void verify_proof(const Command& command) {
  need_files(command, 2);
  const Proof proof = read_proof(read_file(command.files[0], kTextMax));
  const Checkpoint checkpoint = check_note(proof.checkpoint, command.trust);
  const Hash leaf = leaf_hash(read_file(command.files[1], 65535));
  if (!includes(proof.index, checkpoint.size, leaf, proof.hashes, checkpoint.root))
    forged("the proof does not place the entry in the log");
  print_checkpoint(checkpoint, command.trust);
  std::cout << "verified: the entry stands in the log as number " << proof.index << "\n";
}

void verify_consistency(const Command& command) {
  need_files(command, 3);
  const Checkpoint old_one = checkpoint_of(command.files[0], command.trust.without_quorum());
  const Checkpoint new_one = checkpoint_of(command.files[1], command.trust);
  const auto proof = read_hashes(read_file(command.files[2], kTextMax));
  if (old_one.origin != new_one.origin) forged("the checkpoints are of two logs");
  if (old_one.size == new_one.size && old_one.root != new_one.root)
    forged("two checkpoints of one size have different roots: the log shows two histories");
  // Every log begins with the empty one; there is nothing to prove and no proof of it.
  const bool from_empty = old_one.size == 0 && proof.empty();
  if (!from_empty && !is_beginning(old_one.size, new_one.size, old_one.root, new_one.root, proof))
    forged("the proof does not show that the newer checkpoint contains the older one");
  print_checkpoint(new_one, command.trust);
  std::cout << "verified: it contains the " << old_one.size << " entries of the older checkpoint unchanged\n";
}

void verify_log(const Command& command) {
  need_files(command, 1);
  const std::string& folder = command.files[0];
  const Checkpoint checkpoint = checkpoint_of(folder + "/checkpoint", command.trust);
  Checkpoint earlier;
  if (!command.since.empty()) earlier = checkpoint_of(command.since, command.trust.without_quorum());
  if (!command.since.empty() && earlier.origin != checkpoint.origin)
    forged("the earlier checkpoint is of another log");
  std::uint64_t told = 0;
  check_folder(folder, checkpoint, command.since.empty() ? nullptr : &earlier, [&](std::uint64_t done) {
    constexpr std::uint64_t kStep = 1 << 20;
    if (done / kStep == told) return;
    told = done / kStep;
    std::cerr << "read " << done << " of " << checkpoint.size << " entries\n";
  });
  print_checkpoint(checkpoint, command.trust);
  std::cout << "verified: all entries and tiles give the root that the log has signed\n";
  if (command.since.empty()) return;
  std::cout << "verified: it contains the " << earlier.size << " entries of the earlier checkpoint\n";
}

/// What one part of evidence says of a log: a signed checkpoint, or a note's header.
Shown shown_by(const std::string& part, const Command& command, std::string& name) {
  if (is_header(part)) {
    if (!command.party) usage("the evidence is a note's header: the id of its agency's key is missing (--party)");
    return check_header(part, *command.party);
  }
  if (command.trust.logs.empty()) usage("the evidence is a checkpoint: the key of the log is missing (--log-key)");
  const Checkpoint checkpoint = check_note(part, command.trust.without_quorum());
  name = checkpoint.origin;
  return {labelled_hash("LX1 log origin", checkpoint.origin), checkpoint.size, checkpoint.root};
}

void verify_evidence(const Command& command) {
  need_files(command, 1);
  const Evidence evidence = read_evidence(read_file(command.files[0], 3 * kTextMax));
  std::string name = "the agency's";
  const Shown first = shown_by(evidence.first, command, name), second = shown_by(evidence.second, command, name);
  if (first.origin != second.origin) forged("the checkpoints are of two logs");
  const bool one_size = !evidence.begins && first.size == second.size && first.root != second.root;
  const bool no_beginning =
      evidence.begins && first.size < second.size && *evidence.begins != first.root &&
      is_beginning(first.size, second.size, *evidence.begins, second.root, evidence.proof);
  if (!one_size && !no_beginning) forged("the two checkpoints may be of one history");
  std::cout << "log        " << name << "\nentries    " << first.size << " and " << second.size
            << "\nverified: the log has " << (is_header(evidence.first) || is_header(evidence.second) ? "shown" : "signed")
            << " two histories\n";
}

int run(const std::vector<std::string>& words) {
  if (words.empty()) usage("no command");
  if (words[0] == "--help" || words[0] == "help" || words[0] == "-h") {
    std::cout << kHelp;
    return kVerified;
  }
  const Command command = read_command(words);
  if (command.name == "checkpoint") verify_checkpoint(command);
  else if (command.name == "proof") verify_proof(command);
  else if (command.name == "consistency") verify_consistency(command);
  else if (command.name == "log") verify_log(command);
  else if (command.name == "evidence") verify_evidence(command);
  else usage("no such command: " + command.name);
  return kVerified;
}

}  // namespace

int main(int argc, char** argv) {
  int status = kMachine;
  try {
    status = run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const Refusal& refusal) {
    std::cerr << "exchange-verify: " << (refusal.exit == kForged ? "REFUSED: " : "") << refusal.sentence << "\n";
    return refusal.exit;
  } catch (const std::bad_alloc&) {
    std::fputs("exchange-verify: out of memory\n", stderr);
    return kMachine;
  }
  std::cout.flush();
  return std::cout.good() ? status : kMachine;
}
