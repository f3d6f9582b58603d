// S_k in memory and at rest: what the gate makes to seal, and what it unwrapped to open.
#pragma once

#include <map>
#include <mutex>
#include <tuple>

#include "crypto/random.hpp"
#include "message/knowledge.hpp"
#include "message/seal.hpp"
#include "session/rows.hpp"

namespace xch::session {

using CompartmentSecret = crypto::Secret<32, struct CompartmentSecretTag>;

/// OpenSecrets keeps unwrapped S_k while the grant's class_sk is held. Bounded; thread-safe.
class OpenSecrets final : public message::SecretCache {
 public:
  bool find(const Digest& wrap_info, const Digest& wrap_hash, MutableView out) override;
  void keep(const GrantHash& grant, Compartment compartment, const Digest& wrap_info, const Digest& wrap_hash,
            ByteView secret) override;
  /// forget wipes what was unwrapped with this grant's consent keys.
  void forget(const GrantHash& grant);

 private:
  struct Entry {
    GrantHash grant;
    CompartmentSecret secret;
  };
  std::mutex mutex_;
  std::map<std::pair<Digest, Digest>, Entry> entries_;
};

/// SealSecrets keeps in memory what this home made to seal: S_k per (grant, compartment), wraps per reader. The store
/// has the same, sealed; rows are only ever inserted or erased, so what is here is never stale. Thread-safe.
class SealSecrets {
 public:
  bool find_secret(const GrantHash& grant, Compartment compartment, MutableView out);
  void keep_secret(const GrantHash& grant, Compartment compartment, ByteView secret);
  std::optional<Bytes> find_wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader);
  void keep_wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader, const Bytes& wrap);
  void forget(const GrantHash& grant);

 private:
  std::mutex mutex_;
  std::map<std::pair<GrantHash, Compartment>, CompartmentSecret> secrets_;
  std::map<std::tuple<GrantHash, Compartment, PartyId>, Bytes> wraps_;
};

/// SealKeys is message::CompartmentKeys for one call of seal. flush fails with store_busy where another process made a
/// wrap for the same reader meanwhile: the call is repeated and sends that one, byte for byte.
class SealKeys final : public message::CompartmentKeys {
 public:
  SealKeys(Rows& rows, SealSecrets& secrets, crypto::Random& random)
      : rows_(rows), secrets_(secrets), random_(random) {}
  Status secret(const GrantHash& grant, Compartment compartment, MutableView out) override;
  Result<Bytes> wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader) override;
  Status keep_wrap(const GrantHash& grant, Compartment compartment, const PartyId& reader, ByteView sealed) override;
  Status flush() override;

 private:
  struct NewWrap {
    GrantHash grant;
    Compartment compartment;
    PartyId reader;
    Bytes sealed;
  };
  Rows& rows_;
  SealSecrets& secrets_;
  crypto::Random& random_;
  std::vector<NewWrap> new_wraps_;
};

/// secret_prefix begins the keys of all rows of one grant in class-secret and class-wrap.
inline ByteView secret_prefix(const GrantHash& grant) { return grant.view(); }

}  // namespace xch::session
