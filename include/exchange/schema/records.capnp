@0xd5b1c0de5eed0001;
# The wire records of format LX1. Every body is the canonical single-segment encoding of its struct; integers in
# these structs are Cap'n Proto's own little-endian, those in hash inputs are big-endian (docs/format.md).
# Lists of 32-byte hashes are one Data of 32 n bytes. Numbers of codes come from registry.capnp. What is empty is left
# out (a null pointer): an empty list, text or Data with a pointer of its own is not canonical here.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("exchange::records");

struct Signed {
  kind      @0 :UInt16;   # registry Kind
  body      @1 :Data;
  signer    @2 :Data;     # key id, 32 bytes; empty where the roster vouches
  signature @3 :Data;     # 64 bytes; empty where the roster vouches
}

struct KeyRecord {
  version   @0 :UInt16;   # 1
  kind      @1 :UInt16;
  suite     @2 :UInt16;
  coalition @3 :Data;
  subject   @4 :Data;
  serial    @5 :UInt64;
  notBefore @6 :UInt64;
  notAfter  @7 :UInt64;
  parent    @8 :Data;
  publicKey @9 :Data;
  bases     @10 :List(UInt16);
}

struct Roster {
  version       @0 :UInt16;   # 1
  suite         @1 :UInt16;
  rosterVersion @2 :UInt32;
  coalition     @3 :Data;
  previous      @4 :Data;
  policyPack    @5 :Data;
  issued        @6 :UInt64;
  expires       @7 :UInt64;
  threshold     @8 :UInt8;
  roots         @9 :List(Data);
  revoked       @10 :List(RevokedKey);
  parties       @11 :List(Party);
}
struct RevokedKey { key @0 :Data; revokedAt @1 :UInt64; }
struct Party {
  id                 @0 :Data;
  name               @1 :Text;
  kind               @2 :UInt16;
  role               @3 :UInt16;
  ori                @4 :Text;
  agreementId        @5 :Data;
  agreementNotBefore @6 :UInt64;
  agreementNotAfter  @7 :UInt64;
  keys               @8 :List(Signed);
}
struct SignedRoster {
  body       @0 :Data;
  signatures @1 :List(RootSignature);
}
struct RootSignature { rootIndex @0 :UInt8; signature @1 :Data; }

struct GrantCore {
  version        @0 :UInt16;   # 1
  basis          @1 :UInt16;
  requiredSuite  @2 :UInt16;
  release        @3 :UInt16;
  grantVersion   @4 :UInt32;
  statusIndex    @5 :UInt32;
  coalition      @6 :Data;
  grantId        @7 :Data;
  authority      @8 :Data;
  effectiveAt    @9 :UInt64;
  notBefore      @10 :UInt64;
  notAfter       @11 :UInt64;
  purposes       @12 :List(UInt16);
  statusList     @13 :Data;
  policyPack     @14 :Data;
  subjectCommit  @15 :Data;
  evidenceCommit @16 :Data;
  previous       @17 :Data;
  leafCount      @18 :UInt16;
  entriesRoot    @19 :Data;
}
struct ProvenEntry { entry @0 :Data; path @1 :Data; }
struct ClassKey { compartment @0 :UInt16; secret @1 :Data; }
struct GrantView {
  version       @0 :UInt16;   # 1
  agency        @1 :Data;
  encryptionKey @2 :Data;
  core          @3 :Signed;
  own           @4 :List(ProvenEntry);
  edges         @5 :List(ProvenEntry);
  classKeys     @6 :List(ClassKey);
  pseudonym     @7 :Data;
  subjectRecord @8 :Data;     # empty unless the agency holds (ID, full)
  subjectSalt   @9 :Data;     # likewise
  externals     @10 :List(ExternalRecipient);   # whose entries stand among the edges, by id, ascending
}
struct ExternalRecipient {
  # A recipient that is in no roster: the id follows from coalition, name and until.
  id    @0 :Data;
  name  @1 :Text;
  until @2 :UInt64;
}
struct SealedObject {
  chain  @0 :List(Signed);
  object @1 :Signed;
}

struct StatusBody {
  version     @0 :UInt16;   # 1
  listVersion @1 :UInt32;
  authority   @2 :Data;
  list        @3 :Data;
  issuedAt    @4 :UInt64;
  nextUpdate  @5 :UInt64;
  chunkCount  @6 :UInt32;
  root        @7 :Data;
}
struct StatusList {
  chain      @0 :List(Signed);
  signedBody @1 :Signed;
  chunks     @2 :Data;
}
struct Staple {
  signedBody @0 :Signed;
  chunkIndex @1 :UInt32;
  chunk      @2 :Data;
  path       @3 :Data;
}

struct RecipientTerms {
  version      @0 :UInt16;   # 1
  notice       @1 :UInt16;
  compartments @2 :List(UInt16);
  obligations  @3 :List(UInt16);
  threadPrev   @4 :Data;     # 32 bytes
}
struct NoteHeader {
  version          @0 :UInt16;   # 1
  suite            @1 :UInt16;
  part             @2 :UInt16;
  basis            @3 :UInt16;
  purpose          @4 :UInt16;
  slotCount        @5 :UInt16;
  schemaId         @6 :UInt64;
  sealedAt         @7 :UInt64;
  expiresAt        @8 :UInt64;
  checkpointSize   @9 :UInt64;
  coalition        @10 :Data;
  noteId           @11 :Data;
  schemaDigest     @12 :Data;
  policyPack       @13 :Data;
  sender           @14 :Data;
  senderKey        @15 :Data;
  grant            @16 :Data;
  status           @17 :Data;
  recipientsRoot   @18 :Data;
  checkpointOrigin @19 :Data;
  checkpointRoot   @20 :Data;
}
struct Wrap { compartment @0 :UInt16; sealed @1 :Data; }
struct View {
  version           @0 :UInt16;   # 1: keeps the data word nonzero, so that no truncation occurs
  batchPosition     @1 :UInt16;
  recipientPosition @2 :UInt8;
  core              @3 :Data;
  slotsRoot         @4 :Data;
  batchPath         @5 :Data;     # 320 bytes
  terms             @6 :Data;
  termsSalt         @7 :Data;
  recipientSalt     @8 :Data;
  recipientPath     @9 :Data;     # 160 bytes
  noteSecret        @10 :Data;    # M
  wraps             @11 :List(Wrap);
  redactions        @12 :List(Data);
  slots             @13 :List(Data);   # 32 bytes: leaf; longer: commit || ct
}
struct Bundle {
  batchRoot @0 :Data;
  signature @1 :Data;
  chain     @2 :List(Data);   # canonical Signed, seat first
  staples   @3 :List(Data);   # canonical Staple
  views     @4 :List(Data);   # canonical View
}

struct Redaction {
  version     @0 :UInt16;   # 1
  header      @1 :Data;
  slots       @2 :List(UInt16);
  reason      @3 :Text;
  time        @4 :UInt64;
  redactor    @5 :Data;
  openedUnder @6 :Data;
}
struct DisclosedSlot {
  index  @0 :UInt16;
  salt   @1 :Data;
  plain  @2 :Data;
  ctHash @3 :Data;
  path   @4 :Data;
}
struct Presentation {
  version           @0 :UInt16;   # 1
  batchPosition     @1 :UInt16;
  recipientPosition @2 :UInt8;
  role              @3 :UInt8;    # 1 recipient, 2 sender
  purpose           @4 :UInt16;
  notice            @5 :UInt16;
  time              @6 :UInt64;
  core              @7 :Data;
  slotsRoot         @8 :Data;
  batchRoot         @9 :Data;
  batchSignature    @10 :Data;
  batchPath         @11 :Data;
  senderChain       @12 :List(Signed);
  slots             @13 :List(DisclosedSlot);
  recipientSalt     @14 :Data;
  termsDigest       @15 :Data;
  recipientKey      @16 :Data;
  recipientPath     @17 :Data;
  redisclosingGrant @18 :Data;
  audience          @19 :Data;
  audienceKey       @20 :Data;
  nonce             @21 :Data;
  presenterKey      @22 :Data;
  logProof          @23 :Data;    # canonical LogProof of the sealed event; empty: none
}
struct BreakGlass {
  # Body of kind break-glass: what is told in a medical emergency, and the four facts of 42 CFR 2.51(c).
  version      @0 :UInt16;   # 1
  time         @1 :UInt64;
  schemaId     @2 :UInt64;
  id           @3 :Data;     # 16 bytes
  coalition    @4 :Data;
  sender       @5 :Data;
  recipient    @6 :Data;
  recipientKey @7 :Data;
  schemaDigest @8 :Data;
  personnel    @9 :Text;
  facility     @10 :Text;
  discloser    @11 :Text;
  nature       @12 :Text;
  fields       @13 :List(DisclosedField);   # by slot, ascending
}
struct DisclosedField { slot @0 :UInt16; value @1 :Data; }
struct OneShot {
  # Body of kind one-shot packet: what one external recipient gets of one note about one person.
  version      @0 :UInt16;   # 1
  basis        @1 :UInt16;
  purpose      @2 :UInt16;
  notice       @3 :UInt16;
  sealedAt     @4 :UInt64;
  expiresAt    @5 :UInt64;
  schemaId     @6 :UInt64;
  id           @7 :Data;     # 16 bytes
  coalition    @8 :Data;
  sender       @9 :Data;
  to           @10 :ExternalRecipient;
  key          @11 :Data;    # TH("LX1 one-shot key", the one-time public key)
  status       @12 :Data;    # hash of the status list by which the grant was active
  schemaDigest @13 :Data;
  grant        @14 :Signed;              # kind grant
  authority    @15 :List(Signed);        # the chain of the key that signed it
  entries      @16 :List(ProvenEntry);   # the recipient's, one for each compartment of the fields, by index, ascending
  obligations  @17 :List(UInt16);
  noticeText   @18 :Text;
  fields       @19 :List(DisclosedField);   # by slot, ascending; forms have slots of their own
}
struct Receipt {
  # Body of kind receipt: what exactly is one of the six.
  version @0 :UInt16;   # 1
  what    @1 :UInt16;   # 1 note opened, 2 grant view taken, 3 grant state changed, 4 that was taken in, 5 event stated, 6 packet sent
  time    @2 :UInt64;
  subject @3 :Data;     # header hash or grant hash; for 5 the digest of the event
  reader  @4 :Data;     # party id; empty for 3; for 5 who states it; for 6 the external recipient
  state   @5 :UInt8;    # for 3 and 4, else 0
}
struct LogProof {
  # Body of kind log proof: an event about a note, and where it stands in its agency's log.
  version @0 :UInt16;   # 1
  header  @1 :Data;     # header hash
  entry   @2 :Data;     # 512 bytes
  blind   @3 :Data;     # 32 bytes
  event   @4 :Data;
  proof   @5 :Data;     # c2sp.org/tlog-proof
}

struct PolicyPack {
  version       @0 :UInt16;   # 1
  grantLeaves   @1 :UInt16;
  packVersion   @2 :UInt32;
  grantViewSize @3 :UInt32;
  intakeDays    @4 :UInt32;
  retentionDays @5 :UInt32;
  noteDays      @6 :UInt32;
  name          @7 :Text;
  classes       @8 :List(PackClass);     # by class, ascending
  cells         @9 :List(PackCell);      # by (basis, purpose, role, class), ascending
  bases         @10 :List(PackBasis);    # by basis, ascending
  originator    @11 :PackOriginator;
  forms         @12 :List(PackForm);     # by form, ascending
  maps          @13 :List(PackMap);      # by (schema, path, form), ascending
  notices       @14 :List(PackNotice);   # by notice, ascending
  schemas       @15 :List(PackSchema);   # by name, ascending
  edges         @16 :List(PackEdge);
  executable    @17 :List(UInt16);       # obligations, ascending
  zone          @18 :Text;               # of days where a consent names none, by its IANA name; empty: UTC
}
struct PackClass {
  fieldClass  @0 :UInt16;
  coarsest    @1 :UInt16;   # form
  part2       @2 :Bool;
  isolate     @3 :Bool;
  title       @4 :Text;
  obligations @5 :List(UInt16);
}
struct PackCell {
  basis      @0 :UInt16;
  purpose    @1 :UInt16;
  role       @2 :UInt16;
  fieldClass @3 :UInt16;
  form       @4 :UInt16;
  effect     @5 :UInt8;     # 0 deny, 1 allow, 2 generalise, 3 mask
  relation   @6 :UInt8;     # 0 any, 1 own referral, 2 own client, 3 author
  tick       @7 :Bool;
  reason     @8 :Text;
}
struct PackBasis {
  basis             @0 :UInt16;
  notice            @1 :UInt16;
  maxDays           @2 :UInt32;
  defaultDays       @3 :UInt32;
  part2             @4 :Bool;
  pendingRevocation @5 :Bool;
  title             @6 :Text;
  citation          @7 :Text;
  purposes          @8 :List(UInt16);
  authorities       @9 :List(UInt16);    # kinds of party
  readers           @10 :List(UInt16);   # roles
  obligations       @11 :List(UInt16);
  mayPresent        @12 :List(UInt16);   # kinds of party
  elements          @13 :List(Text);
  disclosers        @14 :List(UInt16);   # kinds of party that may share; none: any
  readerKinds       @15 :List(UInt16);   # kinds of party that may receive; none: any
  signing           @16 :List(PackSigning);
}
struct PackSigning {
  minorAloneFrom @0 :UInt16;
  undatedDays    @1 :UInt16;
  jurisdiction   @2 :Text;
  citation       @3 :Text;
}
struct PackOriginator {
  maxDays @0 :UInt32;
  kinds   @1 :List(UInt16);              # of party
  own     @2 :List(UInt16);              # classes
  rows    @3 :List(PackOriginatorRow);
}
struct PackOriginatorRow {
  purpose    @0 :UInt16;
  fieldClass @1 :UInt16;
  readers    @2 :List(UInt16);           # roles
}
struct PackForm {
  form         @0 :UInt16;
  minPreimages @1 :UInt32;
  function     @2 :Text;
}
struct PackMap {
  form   @0 :UInt16;
  schema @1 :Text;
  path   @2 :Text;
  to     @3 :List(UInt16);               # to[code] = coarser code
}
struct PackNotice {
  notice     @0 :UInt16;
  superseded @1 :Bool;
  textHash   @2 :Data;
  text       @3 :Text;
}
struct PackSchema {
  typeId   @0 :UInt64;
  name     @1 :Text;
  digest   @2 :Data;
  maxHours @3 :UInt32;                   # from sealedAt to expiresAt at most; 0: no limit but the grant's
}
struct PackEdge {
  schema @0 :Text;
  from   @1 :List(UInt16);               # roles
  to     @2 :List(UInt16);               # roles
}
