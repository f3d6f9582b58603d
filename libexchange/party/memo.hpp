// What was verified once, remembered by the digest of its bytes: bounded, thread-safe, successes only.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>

#include "model/ids.hpp"

namespace xch::party {

/// Memo keeps up to `capacity` values, the least recently used goes first. A refusal is never remembered: its cost is
/// the sender's to pay again, and it must not push a good one out.
template <class Value>
class Memo {
 public:
  explicit Memo(std::size_t capacity) : capacity_(capacity) {}

  /// find gives the value kept under `key`; nullptr when there is none.
  std::shared_ptr<const Value> find(const Digest& key) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto at = index_.find(key);
    if (at == index_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, at->second);
    return at->second->value;
  }

  void keep(const Digest& key, std::shared_ptr<const Value> value) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (capacity_ == 0 || index_.count(key) != 0) return;
    if (entries_.size() == capacity_) {
      index_.erase(entries_.back().key);
      entries_.pop_back();
    }
    entries_.push_front(Entry{key, std::move(value)});
    index_[key] = entries_.begin();
  }

  std::size_t size() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return entries_.size();
  }

 private:
  struct Entry {
    Digest key;
    std::shared_ptr<const Value> value;
  };
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // most recently used first
  std::map<Digest, typename std::list<Entry>::iterator> index_;
};

}  // namespace xch::party
