// Putting an edited note into an envelope again: cells, wraps, roots, signature and seal all follow from what was edited,
// unless the edit is of one of them. For tests only.
#pragma once

#include "fuzz/world.hpp"

namespace xch::fuzz {

/// What of a note an edit may touch. The first step of its path chooses.
enum class Section : std::uint8_t {
  header, terms, plain, wraps, redactions, place, slots, core_bytes, terms_bytes, view_bytes,  // of a view
  chain, staples, views, signature, bundle_bytes,                                              // of a bundle
  body, frame                                                                                  // of an envelope
};
/// Reach is the sections that a target's edits reach.
struct Reach {
  Section from, to;  // both included
};
constexpr Reach kViewReach{Section::header, Section::view_bytes};
constexpr Reach kBundleReach{Section::chain, Section::bundle_bytes};
constexpr Reach kEnvelopeReach{Section::header, Section::frame};

struct Posted {
  Bytes bundle;    // as it is in the envelope
  Bytes envelope;  // empty where what was edited cannot be encoded at all
};
Posted post(World& world, const Draft& draft, const std::vector<Edit>& edits, Reach reach);

/// The same for bytes that are given: a view is signed for, a bundle put into a body, a body sealed.
Posted post_view(World& world, ByteView view);
Posted post_bundle(World& world, ByteView bundle);
Posted post_body(World& world, ByteView body);

/// bundle_of is the bundle of an honest envelope, view_of its first view: where inputs of bytes begin.
Bytes bundle_of(World& world, ByteView envelope);
Bytes view_of(World& world, ByteView envelope);

}  // namespace xch::fuzz
