#include "secrets.hpp"

#include <valgrind/memcheck.h>
#include <valgrind/valgrind.h>

#include <vector>

#include "message/padding.hpp"

namespace xch::constant_time {
namespace {

Verdicts verdicts;
bool declare = true, taint = false;

using Word = unsigned long;

ByteView bytes_at(Word at, Word size) { return ByteView(reinterpret_cast<const std::uint8_t*>(at), size); }

/// publish counts a verdict that depends on a secret and makes it public.
template <class T>
void publish(T& verdict, unsigned& count) {
  const ByteView bytes(reinterpret_cast<const std::uint8_t*>(&verdict), sizeof verdict);
  if (secret_bytes(bytes) == 0) return;
  ++count;
  if (declare) make_public(bytes);
}

}  // namespace

void make_secret(ByteView bytes) { (void)VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size()); }
void make_public(ByteView bytes) { (void)VALGRIND_MAKE_MEM_DEFINED(bytes.data(), bytes.size()); }

std::size_t secret_bytes(ByteView bytes) {
  std::vector<std::uint8_t> bits(bytes.size());
  if (bytes.empty() || VALGRIND_GET_VBITS(bytes.data(), bits.data(), bits.size()) != 1) return 0;
  std::size_t count = 0;
  for (const auto b : bits) count += b != 0 ? 1 : 0;
  return count;
}

Verdicts take_verdicts() {
  const Verdicts out = verdicts;
  verdicts = Verdicts();
  return out;
}

VerdictsStaySecret::VerdictsStaySecret() { declare = false; }
VerdictsStaySecret::~VerdictsStaySecret() { declare = true; }
KeysAreSecret::KeysAreSecret() { taint = true; }
KeysAreSecret::~KeysAreSecret() { taint = false; }

}  // namespace xch::constant_time

using namespace xch::constant_time;

// valgrind calls these in place of the functions that they name. Each says why what it makes public may be.
extern "C" {

// An AEAD's tag: whether a ciphertext opens is its one answer, and the caller acts on it. The tag that was computed
// stays secret, and so does at which byte it differed.
int I_WRAP_SONAME_FNNAME_ZU(libcryptoZdsoZa, CRYPTO_memcmp)(Word a, Word b, Word size) {
  OrigFn original;
  VALGRIND_GET_ORIG_FN(original);
  int differ = 0;
  CALL_FN_W_WWW(differ, original, a, b, size);
  publish(differ, verdicts.tag);
  return differ;
}
int I_WRAP_SONAME_FNNAME_ZU(libsodiumZdsoZa, crypto_verify_16)(Word a, Word b) {
  OrigFn original;
  VALGRIND_GET_ORIG_FN(original);
  int differ = 0;
  CALL_FN_W_WW(differ, original, a, b);
  publish(differ, verdicts.tag);
  return differ;
}

// xch::crypto::equal_ct(ByteView, ByteView): the same of a compare of ours, a cell's commitment among them.
Word I_WRAP_SONAME_FNNAME_ZU(NONE, _ZN3xch6crypto8equal_ctENS_8ByteViewES1_)(Word a, Word a_size, Word b, Word b_size) {
  OrigFn original;
  VALGRIND_GET_ORIG_FN(original);
  Word equal = 0;
  CALL_FN_W_WWWW(equal, original, a, a_size, b, b_size);
  publish(equal, verdicts.compare);
  return equal;
}

// xch::message::judge_plain(ByteView): the fault is the local code that the operator gets. A cell without one is
// authentic and its reader's to read: flag, length and value are what open returns, and the checks that follow (UTF-8,
// a date's form) look at the value itself. The salt beside it stays secret.
Word I_WRAP_SONAME_FNNAME_ZU(NONE, _ZN3xch7message11judge_plainENS_8ByteViewE)(Word plain, Word size) {
  OrigFn original;
  VALGRIND_GET_ORIG_FN(original);
  Word packed = 0;
  CALL_FN_W_WW(packed, original, plain, size);
  publish(packed, verdicts.plain);
  static_assert(sizeof(xch::message::PlainVerdict) == sizeof packed, "returned in one register");
  if (declare && (packed >> 32 & 0xffff) == 0) make_public(bytes_at(plain, size));
  return packed;
}

// xch::message::judge_body(ByteView): likewise. What is in a body was chosen by whoever sealed it, and decoding it is
// work that follows its shape; M, which is in it, is made secret again in compartment_prk.
Word I_WRAP_SONAME_FNNAME_ZU(NONE, _ZN3xch7message10judge_bodyENS_8ByteViewE)(Word body, Word size) {
  OrigFn original;
  VALGRIND_GET_ORIG_FN(original);
  Word packed = 0;
  CALL_FN_W_WW(packed, original, body, size);
  publish(packed, verdicts.body);
  static_assert(sizeof(xch::message::BodyVerdict) == sizeof packed, "returned in one register");
  if (declare && packed >> 32 == 1) make_public(bytes_at(body, size));
  return packed;
}

// X25519 says no exactly for a point of low order, which the other side sent: a fact about public bytes. Where keys are
// secret, what two of them agree on is.
int I_WRAP_SONAME_FNNAME_ZU(libsodiumZdsoZa, crypto_scalarmult)(Word out, Word scalar, Word point) {
  OrigFn original;
  VALGRIND_GET_ORIG_FN(original);
  int failed = 0;
  CALL_FN_W_WWW(failed, original, out, scalar, point);
  publish(failed, verdicts.scalarmult);
  if (taint) {
    make_secret(bytes_at(out, 32));
    ++verdicts.agreed;
  }
  return failed;
}

// xch::crypto::p256::ecdh_with_point(EVP_PKEY_CTX*, ByteView, MutableView). The private key lies in OpenSSL's numbers,
// which drop leading zeros and so branch on it wherever it is read in: their arithmetic is OpenSSL's to vouch for, and
// secrets begin with what it gives.
Word I_WRAP_SONAME_FNNAME_ZU(NONE,
                             _ZN3xch6crypto4p25615ecdh_with_pointEP15evp_pkey_ctx_stNS_8ByteViewENS_11MutableViewE)(
    Word key, Word point, Word point_size, Word out, Word out_size) {
  OrigFn original;
  VALGRIND_GET_ORIG_FN(original);
  Word good = 0;
  CALL_FN_W_5W(good, original, key, point, point_size, out, out_size);
  if (taint) {
    make_secret(bytes_at(out, out_size));
    ++verdicts.agreed;
  }
  return good;
}

// Argon2id reads memory at places that follow from the passphrase, in all but the first half of its first pass (RFC
// 9106, section 3.4.1.3): that is what makes it hard, and no implementation avoids it. So it sees a public passphrase
// and gives a secret key.
int I_WRAP_SONAME_FNNAME_ZU(libsodiumZdsoZa, crypto_pwhash)(Word out, Word out_size, Word phrase, Word phrase_size,
                                                            Word salt, Word opslimit, Word memlimit, Word algorithm) {
  OrigFn original;
  VALGRIND_GET_ORIG_FN(original);
  const xch::ByteView bytes = bytes_at(phrase, phrase_size);
  const bool secret = is_secret(bytes) && !bytes.empty();
  if (secret) make_public(bytes);
  int failed = 0;
  CALL_FN_W_8W(failed, original, out, out_size, phrase, phrase_size, salt, opslimit, memlimit, algorithm);
  if (secret) {
    make_secret(bytes);
    make_secret(bytes_at(out, out_size));
    ++verdicts.stretched;
  }
  return failed;
}

// xch::message::compartment_prk(NoteCtx const&, ByteView M, ByteView S_k, Compartment), returning through a pointer.
// Nothing becomes public here: it is counted that the S_k chosen for the compartment is secret through and through.
Word I_WRAP_SONAME_FNNAME_ZU(
    NONE, _ZN3xch7message15compartment_prkERKNS_5FixedILm32ENS_10NoteCtxTagEEENS_8ByteViewES6_NS_11CompartmentE)(
    Word out, Word context, Word m, Word m_size, Word s, Word s_size, Word compartment) {
  OrigFn original;
  VALGRIND_GET_ORIG_FN(original);
  if (taint) {
    make_secret(bytes_at(m, m_size));
    verdicts.chosen += is_secret(bytes_at(s, s_size)) ? 1 : 0;
  }
  Word result = 0;
  CALL_FN_W_7W(result, original, out, context, m, m_size, s, s_size, compartment);
  return result;
}

}  // extern "C"
