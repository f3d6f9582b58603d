// The note types of this library, embedded as capnpc-exchange wrote them.
#include "wire/bundles/all.hpp"
#include "wire/schema_bundle.hpp"

namespace xch::wire {
namespace {

template <class Bundle>
BuiltinBundle builtin() {
  return {Bundle::name, Bundle::type_id, ByteView(Bundle::bytes, sizeof(Bundle::bytes))};
}

}  // namespace

const std::vector<BuiltinBundle>& builtin_bundles() {
#define XCH_BUNDLE(Struct) builtin<exchange::bundles::Struct>(),
  static const std::vector<BuiltinBundle> all = {XCH_BUNDLES(XCH_BUNDLE)};
#undef XCH_BUNDLE
  return all;
}

}  // namespace xch::wire
