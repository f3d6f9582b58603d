// The topics of `exchange help`.
#include "help.hpp"

namespace cli {

const std::vector<Topic>& topics() {
  static const std::vector<Topic> kTopics = {
      {"start", "from nothing to the first opened note",
       R"(See the whole path first: exchange demo lets a coalition live through one
arrest diversion and leaves every home and envelope in ./exchange-demo.

A coalition      exchange init coalition county --name county
An agency        exchange init agency patrol --name patrol ...
Together         exchange roster add patrol.enrolment --home county ...
                 exchange roster publish --home county -o county.roster \
                     --policy county.policy
At each agency   exchange roster import county.roster --trust HASH
                 exchange policy import county.policy
A consent        exchange consent new asks for a draft; exchange consent form
                 prints it, and exchange consent issue issues what was signed
A note           exchange seal ... note.json; the envelopes wait in the spool
On its way       exchange outbox list; any courier may carry the files
At the reader    exchange inbox process, list and open

--home DIR or EXCHANGE_HOME says whose home a command works in. A word that is
new: exchange explain WORD, as exchange explain grant.)"},
      {"drafts", "what stands in a draft of a consent, and how it is written",
       R"(exchange consent new makes a draft: it asks at the terminal, or takes options,
or a TOML file, and all three give the same. exchange consent check and the
other commands that take a draft read JSON, and TOML where the name ends so.

  subject = "p-417"                 # the office's own id, never the name
  basis = "part2-consent"           # the legal ground: exchange policy show
  disclosers = ["treatment"]        # who may share: exchange roster list
  recipients = ["case-management"]  # who may receive
  classes = ["ID", "ENG", "SUD"]    # what: exchange policy show
  purposes = ["COORD"]              # what for
  last_day = 2027-02-23             # first_day: else the day it is signed
  signer = "participant"            # or parent, guardian,
                                    # personal-representative,
                                    # court-appointed-guardian
  revocation_explained = true       # the form says how to take it back
  redisclosure_explained = true     # and what may be passed on

  [subject_record]                  # sealed to those who may see ID
  name = "Maria Reyes"
  dateOfBirth = "1991-07-14"

  [[restrictions]]                  # kept back, as the person asked;
  party = "case-management"         # without party from all,
  class = "SUD"                     # without class everything

  [ends_on]                         # what ends it before its last day,
  event = "my case is closed"       # in the words of the form, and the one
  asserter = "prosecutor"           # agency that may say so: consent happened

Where they are called for
  zone = "America/Denver"           whose days they are; else the policy pack's.
      Zones of the United States by these names, and UTC
  signed_day = 2026-11-26           or --signed-day at exchange consent issue
  proceeding, revocable_day         42 CFR 2.35
  [revocable_on]                    an event as in [ends_on], in place of
      revocable_day or before it
  [[intermediaries]]                42 CFR 2.31(a)(4)(ii): party, who passes on,
      and members = [...] by name, or treating = true for treating providers
  [[externals]]                     who is in no roster, as a business: name,
      and last_day, after which nothing more goes there
  referred_by = "patrol"            officers whose own referral it is
  minor_age = 15, jurisdiction = "WA", co_signers = ["parent"]
  statements = [...]                refusal, conditioning, copy, informed,
      not-a-condition, no-abuser-signs; of a threat imminent, able-to-prevent,
      not-from-therapy
  circumstances = "..."             of a threat or a crime: what happened
  [order]                           of a court: kind = "order", court, day,
      digest (sha256sum of the paper) and findings: fictitious-name,
      notice-given, holder-heard, no-other-way, public-interest,
      extremely-serious-crime, substantial-value, crime-in-program)"},
      {"claims", "sentences about the policy that can be proved",
       R"(exchange policy prove takes a sentence and makes every decision that the policy
can make, or shows the first one that breaks it. Two kinds can be said:

  WHAT never reaches WHOM       nobody of WHOM gets any of WHAT
      for PURPOSE...            for these purposes
      under BASIS...            under these bases; the others are not asked
      without basis BASIS...    but may under these bases
      without a tick            but may where the person ticked it by itself
      except as FORM...         but may in these coarser forms
      except own                but may of an own referral or own client
  WHAT always carries RULE...   wherever it goes, these rules and notices go too
      to WHOM..., for PURPOSE..., under BASIS...

WHAT    classes (exchange policy show), or treatment, victim, health, anything
WHOM    roles as LEO or PROS, or law enforcement, justice, care, anybody
RULE    no-use-against-subject, no-redisclosure, accounting, 42CFR2.32-2024 ...

  treatment never reaches law enforcement
  SUD never reaches PROS without basis justice-condition, except as yes-no
  treatment always carries no-use-against-subject and no-redisclosure

A claims file has one [claim."ID"] for each, with says = "..." and, if there is
one, citation = "...".)"},
      {"options", "what every command takes",
       R"(Options stand anywhere on the line; -- ends them, so that a name may begin with
a dash. An option of a command's own goes before one of the same name below.

Before something that cannot be undone a question is asked at the terminal;
where nobody can be asked, in a script, the command is refused without --yes.
With --dry-run a command says what it would write, send, show or erase, checks
what can be checked before the doing, and does none of it.
)"},
      {"environment", "the variables that are read, and the files",
       R"(EXCHANGE_HOME             the home to work in; --home and --as go before it
EXCHANGE_HOMES            the folder of homes for --as; else /etc/exchange
EXCHANGE_PASSPHRASE_FILE  a file whose first line is the passphrase
NO_COLOR                  no bold headings, whatever it is set to
CLICOLOR_FORCE            bold headings also where the output is no terminal

HOME/config.toml          settings of this home: exchange help config
HOME/agency.json          whose home it is; a coalition's is coalition.json
HOME/keys/                the key files, under the passphrase
HOME/store/               journal, grants and what else the agency holds
HOME/mark/                how far the store has come: tells a restored backup
HOME/spool/in/new         files that have arrived; exchange inbox process
HOME/spool/in/cur         taken in; notes wait here to be opened
HOME/spool/in/quarantine  refused
HOME/spool/out/AGENCY/new files that wait for a courier; exchange outbox list)"},
      {"config", "the settings of a home, in its config.toml",
       R"(What is to hold for every command in a home can stand in HOME/config.toml:

  passphrase_file = "/run/secrets/patrol"  # a bare name is below the home
  color = false                            # no bold headings
  progress = false                         # no progress line on a terminal
  quiet = true                             # results and errors only
  verbose = true                           # which home, and how long it takes

A flag on the command line goes before a variable of the environment, and both
go before this file: --verbose before quiet = true, EXCHANGE_PASSPHRASE_FILE
before passphrase_file. A line that is not understood is an error with its
number, and nothing is done. The file is refused if others may write it.)"},
      {"passphrase", "where a passphrase comes from",
       R"(A home's keys are protected by a passphrase. It is read, in this order, from
  --passphrase-fd N          the first line of an open file descriptor
  EXCHANGE_PASSPHRASE_FILE   the first line of the file that it names
  config.toml of the home    the same: passphrase_file = "/run/secrets/patrol"
  the terminal               without echo; twice when a key is made
It is never taken from the command line or from the environment itself, which
other processes can read.

  exchange doctor --passphrase-fd 3 3< patrol.passphrase)"},
      {"json", "the form of machine-readable output",
       R"(With --json every command prints one JSON object a line on stdout, with "v":1
and "kind"; docs/verbs.md lists their members. An error is an object too:
  {"v":1,"kind":"error","code":3,"id":"EX2219","text":...,"path":...,"fix":...}
and the exit status is the same as without --json. Text for people may change
at any time; these objects only gain members.

--field takes one member out of the object, by names and numbers with dots:
  exchange grants --field rows.0.grant
A text comes without its quotes, unless --json is given as well.)"},
      {"exit-codes", "what the exit status says",
       R"(  0  done; also for a repeated call that was done before
  1  failure of this program or of the machine: disk, input and output
  2  wrong command line or request
  3  no: policy or consent does not allow it
  4  no such thing
  5  damaged or forged: signature, hash, format or proof is wrong
  6  cannot tell yet: try again later, and never take it for done
  7  key or passphrase is not available
  8  part of several failed; each line says its own
 75  busy: try again in a moment
130  interrupted (143: terminated); nothing was half-done)"},
  };
  return kTopics;
}

const Topic* topic_named(const std::string& name) {
  for (const auto& topic : topics())
    if (name == topic.name) return &topic;
  return nullptr;
}

}  // namespace cli
