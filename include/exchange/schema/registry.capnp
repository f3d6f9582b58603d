@0xc1a6e1d5b0a40001;
# The code lists whose numbers enter bytes: each numbered once, here, and only ever appended to.
# `$code` is the code's text in JSON, in policy packs and on screen. The C++ side (model/registry.hpp) is generated.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("exchange::schema");

annotation code @0xc1a6e1d5b0a40002 (enumerant) :Text;

enum FieldClass {
  # What a field is about, for the policy (docs/format.md, "Classes"). Numbers 1 to 1023.
  none @0 $code("");
  id   @1 $code("ID");     # identity
  con  @2 $code("CON");    # contact
  loc  @3 $code("LOC");    # current or usual location
  eng  @4 $code("ENG");    # engagement
  need @5 $code("NEED");   # needs, goals, barriers
  hou  @6 $code("HOU");    # housing
  leg  @7 $code("LEG");    # public court or legal status
  chri @8 $code("CHRI");   # criminal history record information
  lei  @9 $code("LEI");    # law-enforcement investigative
  sud  @10 $code("SUD");   # substance use disorder
  sudn @11 $code("SUDN");  # SUD counselling notes
  mh   @12 $code("MH");    # mental health
  psyn @13 $code("PSYN");  # psychotherapy notes
  hiv  @14 $code("HIV");
  std  @15 $code("STD");
  sdv  @16 $code("SDV");   # domestic-violence or sexual-assault victim
  saf  @17 $code("SAF");   # safety alert
  juv  @18 $code("JUV");   # juvenile
  gen  @19 $code("GEN");   # gender
  imm  @20 $code("IMM");   # immigration
  prv  @21 $code("PRV");   # privileged, defence
  tp   @22 $code("TP");    # third-party person
  evl  @23 $code("EVL");   # evaluation
  txt  @24 $code("TXT");   # free text
  orgs @25 $code("ORGS");  # sensitive sender organisation
}

enum Form {
  # The form of a field that a reader gets: 0 full, 1 to 31 a generaliser, 32 to 63 a mask.
  full       @0 $code("full");
  yesNo      @1 $code("yes-no");        # bool from an enum, a date or a text
  level      @2 $code("level");         # at most three levels
  theme      @3 $code("theme");         # a list of codes cut to its parents
  month      @4 $code("month");         # a date or time to its month
  quarter    @5 $code("quarter");
  year       @6 $code("year");
  onOrBefore @7 $code("on-or-before-due");
  bucket     @8 $code("bucket");        # a count or quantity to a range
  area       @9 $code("area");          # a place to its beat or ZIP3
  day        @10 $code("day");          # a time to its date
  ageBand    @11 $code("age-band");
  category   @12 $code("category");     # an enum or organisation to its parent
  aggregate  @13 $code("aggregate");
  week @14 $code("week");     # a date or time to its ISO week
  city @15 $code("city");     # an address to its city
  organisationKind @16 $code("organisation-kind"); # an organisation to its kind
  unusedForm17 @17 $code("");
  unusedForm18 @18 $code("");
  unusedForm19 @19 $code("");
  unusedForm20 @20 $code("");
  unusedForm21 @21 $code("");
  unusedForm22 @22 $code("");
  unusedForm23 @23 $code("");
  unusedForm24 @24 $code("");
  unusedForm25 @25 $code("");
  unusedForm26 @26 $code("");
  unusedForm27 @27 $code("");
  unusedForm28 @28 $code("");
  unusedForm29 @29 $code("");
  unusedForm30 @30 $code("");
  unusedForm31 @31 $code("");
  initials   @32 $code("initials");     # mask: a name to its initials
  pseudonym  @33 $code("pseudonym");    # mask per reader: never a slot; it comes from the grant view
}

enum Purpose {
  none       @0 $code("");
  coord      @1 $code("COORD");
  refer      @2 $code("REFER");
  intake     @3 $code("INTAKE");
  filing     @4 $code("FILING");
  warrant    @5 $code("WARRANT");
  court      @6 $code("COURT");
  housing    @7 $code("HOUSING");
  safety     @8 $code("SAFETY");
  eval       @9 $code("EVAL");
  audit      @10 $code("AUDIT");
  accounting @11 $code("ACCOUNTING");
  etreat     @12 $code("ETREAT");
  proceeding @13 $code("PROCEEDING");
}

enum Basis {
  none                @0 $code("");
  part2Consent        @1 $code("part2-consent");         # 42 CFR 2.31, named recipients
  justiceCondition    @2 $code("justice-condition");     # 42 CFR 2.35
  originatorAuthority @3 $code("originator-authority");  # the writer's own facts, before any consent
  tpoConsent          @4 $code("tpo-consent");           # 42 CFR 2.31(a)(4)(i), (5): treatment, payment, operations
  counsellingNotes    @5 $code("counselling-notes");     # 42 CFR 2.31(b), 45 CFR 164.508(b)(3)(ii)
  proceedings         @6 $code("proceedings");           # 42 CFR 2.31(d)
  hipaaAuthorization  @7 $code("hipaa-authorization");   # 45 CFR 164.508
  victimRelease       @8 $code("victim-release");        # 34 USC 12291(b)(2), 28 CFR 94.115
  plainRelease        @9 $code("plain-release");         # records that no health or victim law protects
  seriousThreat       @10 $code("serious-threat");       # 45 CFR 164.512(j)
  crimeOnPremises     @11 $code("crime-on-premises");    # 42 CFR 2.12(c)(5)
  order264            @12 $code("order-2-64");           # 42 CFR 2.64, non-criminal purposes
  order265            @13 $code("order-2-65");           # 42 CFR 2.65, investigation or prosecution of the patient
  order266            @14 $code("order-2-66");           # 42 CFR 2.66, investigation or prosecution of the program
  order267            @15 $code("order-2-67");           # 42 CFR 2.67, undercover in the program
  medicalEmergency    @16 $code("medical-emergency");    # 42 CFR 2.51: never a grant, break-glass is an object of its own
}

enum Obligation {
  none               @0 $code("");
  noRedisclosure     @1 $code("no-redisclosure");         # HL7 NORDSCLCD
  noUseAgainst       @2 $code("no-use-against-subject");  # 42 CFR 2.12(a), (d)
  minimumNecessary   @3 $code("minimum-necessary");       # HL7 MINEC
  accounting         @4 $code("accounting");              # HL7 AOD
  officialDutiesOnly @5 $code("official-duties-only");    # 42 CFR 2.35(d)
  deleteAfter        @6 $code("delete-after");            # HL7 DELAU
  noIntegrate        @7 $code("no-integrate");            # HL7 NOINTEGRATE, 28 CFR 23
  humanApproval      @8 $code("human-approval");          # HL7 HUAPRV
}

enum Notice {
  none        @0 $code("");
  p2Short     @1 $code("42CFR2.32-short");
  p2Long2024  @2 $code("42CFR2.32-2024");
  p2Long2018  @3 $code("42CFR2.32-2018");
  p2Long2020  @4 $code("42CFR2.32-2020");
  originator  @5 $code("originator");
  hipaa       @6 $code("45CFR164.508");
  victim      @7 $code("28CFR94.115");
  release     @8 $code("release");
  threat      @9 $code("threat");
}

enum Kind {
  # Kind of a Signed object: fixes the label it is signed under (docs/format.md, label table).
  none           @0 $code("");
  keyRecord      @1 $code("key record");
  roster         @2 $code("roster");
  grant          @3 $code("grant");
  grantView      @4 $code("grant view");
  statusList     @5 $code("status list");
  policyPack     @6 $code("policy pack");
  note           @7 $code("note");
  redaction      @8 $code("redaction");
  presentation   @9 $code("presentation");
  receipt        @10 $code("receipt");
  releaseRequest @11 $code("release request");
  breakGlass     @12 $code("break-glass");
  oneShot        @13 $code("one-shot packet");
  logProof       @14 $code("log proof");
}

enum KeyKind {
  none             @0 $code("");
  root             @1 $code("root");
  agencyIdentity   @2 $code("agency-identity");
  consentAuthority @3 $code("consent-authority");
  auditor          @4 $code("auditor");
  releaseService   @5 $code("release-service");
  agencyEncryption @6 $code("agency-encryption");
  seat             @7 $code("seat");
  log              @8 $code("log");
  witness          @9 $code("witness");
}

enum Role {
  # Roles of domain practice; a role belongs to a party.
  none  @0 $code("");
  leo   @1 $code("LEO");    # line officers
  les   @2 $code("LES");    # law-enforcement liaison
  pros  @3 $code("PROS");
  pm    @4 $code("PM");     # project manager
  cm    @5 $code("CM");     # case manager
  txp   @6 $code("TXP");    # treatment provider
  mhp   @7 $code("MHP");
  hsp   @8 $code("HSP");    # housing
  pd    @9 $code("PD");     # public defender
  court @10 $code("COURT");
  prob  @11 $code("PROB");
  clt   @12 $code("CLT");
  eval  @13 $code("EVAL");
  aud   @14 $code("AUD");
  vsp   @15 $code("VSP");   # victim-service provider
  med   @16 $code("MED");
  part  @17 $code("PART");
  relay @18 $code("RELAY");
  ext   @19 $code("EXT");    # an external recipient, named by a consent: in no roster
}

enum PartyKind {
  # What the law sees in a party: decides whether it may originate and pass on.
  none           @0 $code("");
  justice        @1 $code("justice-agency");      # police, prosecutor, court, probation
  defence        @2 $code("defence");
  part2Program   @3 $code("part2-program");       # 42 CFR 2.11
  coveredEntity  @4 $code("covered-entity");      # 45 CFR 160.103
  victimService  @5 $code("victim-service");
  community      @6 $code("community-provider");  # neither Part 2 nor covered
  programOffice  @7 $code("programme-office");
  oversight      @8 $code("oversight");           # auditor, evaluator
}

enum Release {
  none   @0 $code("");
  issued @1 $code("issued");
  gated  @2 $code("gated");
}

enum EventKind {
  none         @0 $code("");
  keyRecord    @1 $code("key-record");
  roster       @2 $code("roster");
  grant        @3 $code("grant");
  status       @4 $code("status");
  sealed       @5 $code("sealed");
  disclosed    @6 $code("disclosed");
  received     @7 $code("received");
  opened       @8 $code("opened");
  reopened     @9 $code("re-opened");
  denied       @10 $code("denied");
  redaction    @11 $code("redaction");
  presentation @12 $code("presentation");
  receipt      @13 $code("receipt");
  release      @14 $code("release");
  breakGlass   @15 $code("break-glass");
  courtOrder   @16 $code("court-order");
  policyChange @17 $code("policy-change");
  dummy        @18 $code("dummy");
}
