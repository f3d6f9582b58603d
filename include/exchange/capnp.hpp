// capnp.hpp - typed seal and open, compiled with the vendor's own Cap'n Proto; only bytes cross into libexchange.
// Record<T> comes from `capnp compile -oexchange` (capnpc-exchange), which fails the build on an unclassified field.
#pragma once

#include <capnp/message.h>
#include <capnp/schema.h>
#include <capnp/serialize.h>

#include "exchange.hpp"

namespace exchange {

template <class T>
struct Record;  // schema_hash(), type_id(), name(): emitted by capnpc-exchange

/// Opened reads a note in place from memory that is wiped with it. Its limits were enforced inside, so none here.
template <class T>
class Opened {
  Bytes message_, report_;
  kj::ArrayPtr<const capnp::word> segment_;
  capnp::SegmentArrayMessageReader reader_;

 public:
  Opened(Bytes message, Bytes report)
      : message_(std::move(message)),
        report_(std::move(report)),
        segment_(reinterpret_cast<const capnp::word*>(message_.slice().p), message_.slice().n / sizeof(capnp::word)),
        reader_(kj::arrayPtr(&segment_, 1), capnp::ReaderOptions{UINT64_MAX / 2, 64}) {}
  typename T::Reader get() { return reader_.template getRoot<T>(); }
  /// report is the rest of the answer as JSON: generalised values, notice, obligations.
  std::string_view report() const { return report_.view(); }
};

/// seal seals one typed note.
template <class R, class T = capnp::FromReader<R>>
Result<Sealed> seal(const Context& context, R reader, const SealRequest& request) {
  const auto words = capnp::canonicalize(reader);
  const auto bytes = words.asBytes();
  const auto hash = Record<T>::schema_hash();
  const xch_slice message{bytes.begin(), bytes.size()};
  xch_sealed* sealed = nullptr;
  xch_error* error = nullptr;
  const auto json = request.json();
  if (const int rc = xch_seal_capnp(context.raw(), Record<T>::type_id(), {hash.data(), hash.size()}, &message, 1,
                                    json.c_str(), &sealed, &error))
    return take(error, rc);
  return Sealed(sealed);
}

/// open opens an envelope that holds one note of type T.
template <class T>
Result<std::unique_ptr<Opened<T>>> open(const Context& context, xch_slice envelope) {
  xch_buf *message = nullptr, *report = nullptr;
  xch_error* error = nullptr;
  if (const int rc = xch_open_capnp(context.raw(), envelope, Record<T>::type_id(), &message, &report, &error))
    return take(error, rc);
  return std::make_unique<Opened<T>>(Bytes(message), Bytes(report));
}

}  // namespace exchange
