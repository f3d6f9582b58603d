// Steps 1 to 3: bytes that are no envelope, are not for this agency, or hold no well-formed bundle.
#include <algorithm>

#include "crypto/hpke.hpp"
#include "vectors/notes.hpp"
#include "vectors/words.hpp"
#include "wire/records.hpp"

namespace xch::vectors {
namespace {

constexpr const char* kFirst = NoteCases::kFirst;

void add_frame(NoteCases& c) {
  const std::size_t least = 6 + crypto::hpke_overhead(c.suite) + 4096;
  for (int i = 0; i < 4; ++i)
    c.maker.flip("magic flipped " + std::to_string(i), "One bit of the magic differs.", kFirst, i, refused("EX3103"));
  const auto suite_as = [&](const std::string& name, const std::string& says, std::uint8_t high, std::uint8_t low,
                            const char* id) {
    const Bytes number{high, low};
    c.maker.edit(name, says, kFirst, 4, 2, number, refused(id));
  };
  suite_as("suite 0", "Suite 0 is none.", 0, 0, "EX3104");
  suite_as("suite 3", "The reserved suite pq is refused by name.", 0, 3, "EX3104");
  suite_as("suite 4", "No suite has the number 4.", 0, 4, "EX3104");
  suite_as("suite in the high byte", "The suite is a u16.", 1, 0, "EX3104");
  suite_as("the other suite", "The number of the other suite: no key of this agency is of it.", 0,
           c.suite == SuiteId::p256 ? 2 : 1, "EX3105");
  const Bytes reserved{'B'}, object{'O'};
  c.maker.edit("break-glass", "The reserved magic LXB1 is refused by name.", kFirst, 2, 1, reserved, refused("EX3509"));
  c.maker.edit("one-shot magic", "A packet for somebody outside is opened with its code.", kFirst, 2, 1,
               ByteView(std::string_view("P")), refused("EX3533"));
  c.maker.edit("object magic", "An object envelope is no note.", kFirst, 2, 1, object, refused("EX3103"));
  c.maker.cut("nothing", "No byte at all.", kFirst, 0, refused("EX3101"));
  c.maker.cut("five bytes", "Too short to have a magic and a suite.", kFirst, 5, refused("EX3101"));
  c.maker.cut("head alone", "Magic and suite and nothing more.", kFirst, 6, refused("EX3101"));
  c.maker.cut("one below the least", "One byte less than the shortest envelope.", kFirst, least - 1, refused("EX3101"));
  c.maker.cut("the least", "As long as the shortest envelope, and no ciphertext of any.", kFirst, least,
              refused("EX3105"));
  const Bytes zero{0};
  const std::size_t size = c.main.envelope.size();
  c.maker.edit("16 MiB and one byte", "One byte more than the longest envelope.", kFirst,
               static_cast<std::int64_t>(size), 0, zero, refused("EX3102"), (16u << 20) + 1 - size);
}

void add_outer(NoteCases& c) {
  const auto enc = static_cast<std::int64_t>(crypto::hpke_enc_size(c.suite));
  c.maker.flip("enc flipped", "One bit of enc differs.", kFirst, 6 + enc / 2, refused("EX3105"));
  c.maker.flip("first byte of the ciphertext flipped", "One bit differs.", kFirst, 6 + enc, refused("EX3105"));
  c.maker.flip("ciphertext flipped", "One bit in the middle of the ciphertext differs.", kFirst, -4000,
               refused("EX3105"));
  c.maker.flip("tag flipped", "The last bit of the tag differs.", kFirst, -1, refused("EX3105"));
  const std::size_t size = c.main.envelope.size();
  c.maker.cut("cut by one", "The last byte is missing.", kFirst, size - 1, refused("EX3105"));
  const Bytes zero{0};
  c.maker.edit("one byte more", "A zero byte follows the tag.", kFirst, static_cast<std::int64_t>(size), 0, zero,
               refused("EX3105"));
  if (c.suite == SuiteId::p256) {
    for (const auto& [name, first] :
         std::map<std::string, std::uint8_t>{{"compressed", 2}, {"hybrid", 6}, {"hybrid odd", 7}, {"infinite", 0}}) {
      const Bytes form{first};
      c.maker.edit("enc " + name, "enc does not begin with 0x04.", kFirst, 6, 1, form, refused("EX3105"));
    }
    const Bytes origin(64, 0);
    c.maker.edit("enc off the curve", "enc is 0x04 and no point of the curve.", kFirst, 7, 64, origin,
                 refused("EX3105"));
  } else {
    Bytes low(32, 0);
    c.maker.edit("enc zero", "enc is the point 0, of low order.", kFirst, 6, 32, low, refused("EX3105"));
    low[0] = 1;
    c.maker.edit("enc one", "enc is the point 1, of low order.", kFirst, 6, 32, low, refused("EX3105"));
  }
  auto& scene = c.main.scene;
  const auto& other = scene.coalition["defender"];
  const auto as_other = [&]() -> Maker& {
    return c.maker.with("agency", hex_of(other.id())).with("grants", Json::array());
  };
  as_other().with("keys", Json::array({key_of(other)}));
  c.again("of another agency", "The agency has no key that opens it.", refused("EX3105"));
  // Its key with our own id: info binds the agency.
  as_other();
  c.again("info binds the agency", "The right key in the hands of a reader of another id.", refused("EX3105"));
  Json key = key_of(scene.coalition["harbor"]);
  key["id"] = hex_of(other.encryption.id);
  c.maker.with("keys", Json::array({key}));
  c.again("info binds the key id", "The right key under another key id.", refused("EX3105"));
}

void add_body(NoteCases& c) {
  auto& scene = c.main.scene;
  const auto& harbor = scene.coalition["harbor"];
  const Bytes body = scene.body_of(c.main.envelope, "harbor");
  const std::uint32_t length = load_u32(body.data());
  const auto add = [&](const std::string& name, const std::string& says, const Bytes& changed, const char* id) {
    reseed(scene, c.prefix + name);
    c.maker.bytes(name, says, scene.seal_body(changed, harbor.id(), harbor.encryption.id), refused(id));
  };
  Bytes changed = body;
  changed.push_back(0);
  add("length off the grid", "The body is one byte longer than a Padme length.", changed, "EX3106");
  changed = body;
  changed.back() = 1;
  add("last byte of the padding", "The last byte of the padding is not zero.", changed, "EX3107");
  changed = body;
  changed[4 + length] = 0x80;
  add("first byte of the padding", "The first byte of the padding is not zero.", changed, "EX3107");
  changed = body;
  store_u32(changed.data(), static_cast<std::uint32_t>(body.size() - 3));
  add("length beyond the body", "The length reaches one byte beyond the body.", changed, "EX3107");
  changed = body;
  store_u32(changed.data(), 0xffffffff);
  add("length of four gigabytes", "The length is the largest u32.", changed, "EX3107");

  const auto with_bundle = [&](const Bytes& bundle) {
    Bytes out(body.size());
    store_u32(out.data(), static_cast<std::uint32_t>(bundle.size()));
    std::copy(bundle.begin(), bundle.end(), out.begin() + 4);
    return out;
  };
  const Bytes bundle = ByteView(body).sub(4, length).copy();
  add("empty bundle", "A bundle of no bytes.", with_bundle({}), "EX3108");
  add("bundle cut by a word", "The last word of the bundle is missing.",
      with_bundle(ByteView(bundle).sub(0, length - 8).copy()), "EX3108");
  add("bundle of broken words", "The bundle is no whole number of words.",
      with_bundle(ByteView(bundle).sub(0, length - 4).copy()), "EX3108");
  Bytes longer = bundle;
  longer.resize(length + 8);
  add("word behind the bundle", "A zero word follows the bundle.", with_bundle(longer), "EX3110");
  Words wide(bundle);
  wide.widen(1);
  add("wider bundle", "The bundle's struct has a data word that this version does not know.", with_bundle(wide.bytes()),
      "EX3111");
}

// Records inside: what decodes and what does not.
void add_records(NoteCases& c) {
  const Bytes core = wire::encode(c.main.base.header), terms = wire::encode(c.main.base.terms);
  const auto with_core = [&](const std::string& name, const std::string& says, const char* id, Bytes bytes) {
    c.refuses_all(name, says, id, [&](Parts& p) { p.core_bytes = std::move(bytes); });
  };
  const auto with_terms = [&](const std::string& name, const std::string& says, const char* id, Bytes bytes) {
    c.refuses_all(name, says, id, [&](Parts& p) { p.terms_bytes = std::move(bytes); });
  };
  const auto widened = [](const Bytes& record, std::uint64_t value) {
    Words words(record);
    words.widen(value);
    return words.bytes();
  };
  Bytes behind = core;
  behind.resize(core.size() + 8);
  with_core("word behind the header", "A zero word follows the header.", "EX3110", behind);
  // Where checkpointSize is 0, canonical form leaves its word out.
  NoteHeader without_log = c.main.base.header;
  without_log.checkpoint.size = 0;
  with_core("zero word kept", "The header's last data word is zero and stands there all the same.", "EX3110",
            widened(wire::encode(without_log), 0));
  with_core("wider header", "The header has a data word that this version does not know.", "EX3111", widened(core, 1));
  Words version(core);
  version[1] += 1;
  with_core("header of version 2", "The header says version 2.", "EX3111", version.bytes());
  with_core("header cut", "The header's last word is missing.", "EX3108",
            ByteView(core).sub(0, core.size() - 8).copy());

  behind = terms;
  behind.resize(terms.size() + 8);
  with_terms("word behind the terms", "A zero word follows the terms.", "EX3110", behind);
  with_terms("wider terms", "The terms have a data word that this version does not know.", "EX3111", widened(terms, 1));
  version = Words(terms);
  version[1] += 1;
  with_terms("terms of version 2", "The terms say version 2.", "EX3111", version.bytes());
  // terms: root, one data word, then the pointers of compartments, obligations, threadPrev.
  Words nothing(terms);
  nothing[1] |= std::uint64_t{1} << 32;
  with_terms("bits of no field", "A bit of the terms' data word that no field owns is set.", "EX3110", nothing.bytes());

  c.refuses_all("unknown purpose", "The header's purpose is a number that no registry has.", "EX3112",
                [](Parts& p) { p.header.purpose = static_cast<Purpose>(999); });
  c.refuses_all("unknown basis", "The header's basis is a number that no registry has.", "EX3112",
                [](Parts& p) { p.header.basis = static_cast<Basis>(999); });
  c.refuses_all("unknown obligation number", "An obligation is a number that no registry has.", "EX3112",
                [](Parts& p) { p.terms.obligations.push_back(static_cast<Obligation>(999)); });
  c.refuses_all("unknown form", "A compartment has a form that no registry has.", "EX3112",
                [](Parts& p) { p.terms.compartments.push_back(Compartment(FieldClass::leg, static_cast<Form>(63))); });
  c.refuses_all("compartments out of order", "The terms' compartments do not ascend.", "EX3108",
                [](Parts& p) { std::swap(p.terms.compartments.front(), p.terms.compartments.back()); });
  c.refuses_all("compartment twice", "A compartment stands twice in the terms.", "EX3108",
                [](Parts& p) { p.terms.compartments.push_back(p.terms.compartments.back()); });
  c.refuses_all("65 compartments", "More compartments than a reader's terms may have.", "EX3109", [](Parts& p) {
    p.terms.compartments.clear();
    for (std::uint16_t n = 1; n <= 25; ++n)
      for (const auto form : {Form::full, Form::yesNo, Form::level})
        if (p.terms.compartments.size() < 65)
          p.terms.compartments.push_back(Compartment(static_cast<FieldClass>(n), form));
  });
}

void add_views(NoteCases& c) {
  auto& scene = c.main.scene;
  const auto patched = [&](const std::string& name, const std::string& says, const char* id, auto edit) {
    reseed(scene, c.prefix + name);
    Bytes view = scene.view_of(c.main.base);
    edit(view);
    c.maker.bytes(name, says, scene.put_views(c.main.base, {view}), refused(id));
  };
  // A view's data word: u16 version, u16 batch position, u8 recipient position.
  patched("view of version 2", "The view says version 2.", "EX3111", [](Bytes& v) {
    Words w(v);
    w[1] += 1;
    v = w.bytes();
  });
  patched("wider view", "The view has a data word that this version does not know.", "EX3111", [](Bytes& v) {
    Words w(v);
    w.widen(1);
    v = w.bytes();
  });
  patched("batch position 1024", "The batch tree has 1024 positions, from 0.", "EX3109", [](Bytes& v) {
    Words w(v);
    w[1] = (w[1] & ~(std::uint64_t{0xffff} << 16)) | std::uint64_t{1024} << 16;
    v = w.bytes();
  });
  patched("recipient position 32", "The recipients' tree has 32 positions, from 0.", "EX3109", [](Bytes& v) {
    Words w(v);
    w[1] = (w[1] & ~(std::uint64_t{0xff} << 32)) | std::uint64_t{32} << 32;
    v = w.bytes();
  });
  patched("batch path of nine hashes", "A batch path has ten hashes.", "EX3108", [](Bytes& v) {
    Words w(v);  // its list pointer is the third of the view; 288 of its 320 bytes are left
    w[1 + w.data_words() + 2] -= std::uint64_t{32} << 35;
    v = w.bytes();
  });
  patched("word behind the view", "A zero word follows the view.", "EX3110", [](Bytes& v) { v.resize(v.size() + 8); });
  c.refuses_all("header twice", "One note stands twice in the bundle.", "EX3113", [](Parts& p) { p.views = 2; });

  testing::StatusSpec newer;
  newer.version = 2;
  const auto list = testing::hold_status(scene.coalition, newer);
  c.refuses_all("staple of no view", "A staple that no view needs.", "EX3108", [&](Parts& p) {
    p.staples.push_back(wire::encode(must(list->staple(7))));
    if (list->hash() < p.header.status) std::swap(p.staples.front(), p.staples.back());
  });
  c.refuses_all("staple twice", "A staple stands twice.", "EX3108",
                [](Parts& p) { p.staples.push_back(p.staples.front()); });
  c.refuses_all("staples descending", "Two chunks of one list stand in descending order.", "EX3108",
                [&](Parts& p) { p.staples.insert(p.staples.begin(), wire::encode(must(scene.status->staple(300)))); });
}

}  // namespace

void add_bytes(NoteCases& c) {
  add_frame(c);
  add_outer(c);
  add_body(c);
  add_records(c);
  add_views(c);
}

}  // namespace xch::vectors
