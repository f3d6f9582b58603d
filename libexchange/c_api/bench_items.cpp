#include "c_api/bench_items.hpp"

#include <algorithm>
#include <set>

#include "wire/records.hpp"

namespace xch::c_api {
namespace {

constexpr Timestamp kNow{1795694400};  // 2026-11-26T12:00:00Z: the clock has no part in it

std::size_t bytes_of(const message::SealedBatch& batch) {
  std::size_t bytes = 0;
  for (const auto& each : batch.envelopes) bytes += each.envelope.size();
  return bytes;
}

}  // namespace

BenchItems::BenchItems(std::unique_ptr<BenchWork> work, crypto::Random& random)
    : random_(random), work_(std::move(work)), keys_(random), one_(work_->notes(1, random)), hundred_(work_->notes(100, random)) {}

Result<std::unique_ptr<BenchItems>> BenchItems::make(SuiteId suite, crypto::Random& random, BenchNote note) {
  XCH_ASSIGN(auto work, BenchWork::make(suite, kNow, random, std::move(note)));
  std::unique_ptr<BenchItems> out(new BenchItems(std::move(work), random));
  out->shape_.suite = suite;
  XCH_TRY(out->sample());
  out->make_list();
  return out;
}

const BenchItem& BenchItems::operator[](std::string_view name) const {
  return *std::find_if(list_.begin(), list_.end(), [&](const BenchItem& item) { return item.name == name; });
}

Result<message::SealedBatch> BenchItems::seal(const std::vector<message::NoteInput>& notes) {
  return message::seal(work_->sender(), notes, kNow, keys_, *arenas_, random_);
}

Status BenchItems::open() {
  XCH_ASSIGN(const auto opened, message::open(envelope_, work_->reader(), cache_, *arenas_, kNow));
  if (opened.views.size() != 1) return fail(Code::bug);
  if (!opened.views.front().opened) return fail(opened.views.front().opened.error());
  return Ok{};
}

// One run of each, from which the sizes are taken that the floor depends on.
Status BenchItems::sample() {
  XCH_ASSIGN(const auto hundred, seal(hundred_));
  hundred_bytes_ = bytes_of(hundred);
  XCH_ASSIGN(const auto one, seal(one_));
  one_bytes_ = bytes_of(one);
  for (const auto& each : one.envelopes)
    if (each.to == work_->reader_id()) envelope_ = each.envelope;
  XCH_ASSIGN(const auto bundle, message::open(envelope_, work_->reader(), cache_, *arenas_, kNow));
  if (bundle.views.size() != 1 || !bundle.views.front().opened) return fail(Code::bug);
  const message::Opened& opened = *bundle.views.front().opened;

  const NoteSchema& schema = *opened.schema;
  std::set<Compartment> compartments;
  for (const auto& to : one.notes.front().to) {
    if (to.party == work_->reader_id()) shape_.opening = shape_.readers.size();
    shape_.readers.push_back({wire::encode(to.plain_terms).size(), to.plain_terms.compartments.size()});
    compartments.insert(to.plain_terms.compartments.begin(), to.plain_terms.compartments.end());
  }
  shape_.slots = schema.slot_count;
  shape_.compartments = compartments.size();
  for (const auto& slot : schema.slots)
    if (compartments.count(slot.compartment) != 0) shape_.sealed_cells.push_back(slot.size);
  for (const auto& cell : opened.cells) shape_.opened_cells.push_back(schema.slots[cell.slot].size);
  shape_.core = opened.core.size();
  XCH_ASSIGN(const Staple staple, wire::decode_staple(opened.staple));
  shape_.status_body = staple.signed_body.body.size();
  shape_.status_path = staple.path.size();
  shape_.body = message::padded_body(message::bundle_bound({&schema}));
  shape_.batch_body = message::padded_body(message::bundle_bound(std::vector(hundred_.size(), &schema)));
  shape_.envelope = envelope_.size();
  return Ok{};
}

void BenchItems::make_list() {
  const auto sealing = [this](const std::vector<message::NoteInput>& notes) -> Status {
    XCH_TRY(seal(notes));
    return Ok{};
  };
  list_ = {
      {"seal.cold", 1, one_bytes_, floor_of_seal(shape_, Secrets::fresh, 1),
       [this, sealing] {
         keys_.forget();
         return sealing(one_);
       }},
      {"seal.warm", 1, one_bytes_, floor_of_seal(shape_, Secrets::known, 1), [this, sealing] { return sealing(one_); }},
      {"seal.batch100", hundred_.size(), hundred_bytes_, floor_of_seal(shape_, Secrets::known, hundred_.size()),
       [this, sealing] { return sealing(hundred_); }},
      {"open", 1, envelope_.size(), floor_of_open(shape_, Secrets::fresh),
       [this] {
         cache_.forget();
         return open();
       }},
      {"open.cached", 1, envelope_.size(), floor_of_open(shape_, Secrets::known), [this] { return open(); }},
  };
}

}  // namespace xch::c_api
