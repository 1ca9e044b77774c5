"""The one error tree. Every error says what happened, where, what to do, and shows a valid example.

::

    TrucelineError                 exit 1   HTTP 500
    ├── UsageFault                 exit 2   HTTP 400   the command or call makes no sense
    ├── InputFault                 exit 3   HTTP 422   a file from outside cannot be used
    │   ├── UnreadableFile                             empty, truncated, wrong encoding, wrong container
    │   ├── MissingColumn                              a column is absent or renamed
    │   └── ValueFault                                 one value of one row is wrong (the row is rejected)
    ├── AgreementFault             exit 4   HTTP 422   an agreement file breaks its grammar
    ├── MissionFault               exit 5   HTTP 409   the mission folder cannot be used as asked
    │   ├── NotAMission                     HTTP 404
    │   ├── MissionReadOnly                 HTTP 403
    │   ├── MissionNewer                    HTTP 409   written by a newer Truceline
    │   └── MissionInUse                    HTTP 423   another process is writing
    ├── StorageFull                exit 6   HTTP 507   the disk filled up; nothing half-written was kept
    ├── NotFound                   exit 7   HTTP 404   no record of that name
    ├── FeedAbsent                 exit 8   HTTP 502   a public feed is in no folder, cache or network
    ├── NotAsExpected              exit 1   HTTP 422   a scenario came out otherwise than it tells
    ├── SumsDisagree               exit 9   HTTP 500   a total differs from its parts; nothing is printed
    ├── NotPermitted               exit 10  HTTP 403   this person may not do or see that; the refusal is on record
    ├── CaseFault                  exit 11  HTTP 409   a case cannot take that act as it stands
    ├── EvidenceFault              exit 13  HTTP 409   bytes of evidence are not those that came in, or are gone
    └── LedgerFault                exit 12  HTTP 422   a record of the log cannot be relied on
        ├── MalformedRecord                            its bytes are not in the one form the formats allow
        └── NotProved                                  a signature, proof, quorum or time does not hold
"""

from __future__ import annotations

from typing import ClassVar


class TrucelineError(Exception):
    """Anything Truceline refuses to do, told so that a person can act on it.

    >>> fault = UsageFault("there is no rule 'episodes'", where="--rule", do="name a rule", example="episode")
    >>> print(fault.diagnosis())
    there is no rule 'episodes'
      where: --rule
      do: name a rule
      example: episode
    """

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(self, what: str, *, where: str = "", do: str = "", example: str = "") -> None:
        """Keep the four parts; ``what`` is the only one that is always there."""
        super().__init__(what)
        self.what = what
        self.where = where
        self.do = do
        self.example = example

    def diagnosis(self) -> str:
        """All parts as lines for a person."""
        parts = (("where", self.where), ("do", self.do), ("example", self.example))
        return "\n".join([self.what, *(f"  {name}: {text}" for name, text in parts if text)])

    def as_record(self) -> dict[str, str | int]:
        """All parts as a JSON-ready record, with the class name and the exit code."""
        return {
            "error": type(self).__name__,
            "what": self.what,
            "where": self.where,
            "do": self.do,
            "example": self.example,
            "exit_code": self.exit_code,
        }


class UsageFault(TrucelineError):
    """The command or call makes no sense as given."""

    exit_code = 2
    http_status = 400


class InputFault(TrucelineError):
    """A file from outside cannot be used."""

    exit_code = 3
    http_status = 422


class UnreadableFile(InputFault):
    """A file is empty, cut short, in an unknown encoding or not what its name says."""


class MissingColumn(InputFault):
    """A table lacks a column its format needs; the nearest name present is suggested."""


class ValueFault(InputFault):
    """One value is wrong; the row that holds it is rejected and kept with this reason."""


class AgreementFault(TrucelineError):
    """An agreement, mission or standard file breaks its grammar."""

    exit_code = 4
    http_status = 422


class MissionFault(TrucelineError):
    """The mission folder cannot be used as asked."""

    exit_code = 5
    http_status = 409


class NotAMission(MissionFault):
    """The folder holds no ``mission.toml``."""

    http_status = 404


class MissionReadOnly(MissionFault):
    """The mission folder cannot be written to."""

    http_status = 403


class MissionNewer(MissionFault):
    """The mission folder was written by a newer version of Truceline."""


class MissionInUse(MissionFault):
    """Another process is writing to the mission folder."""

    http_status = 423


class StorageFull(TrucelineError):
    """The disk filled up; nothing half-written was kept."""

    exit_code = 6
    http_status = 507


class NotFound(TrucelineError):
    """No record of that name."""

    exit_code = 7
    http_status = 404


class FeedAbsent(TrucelineError):
    """A public feed is in no data folder, no cache, and the network does not give it."""

    exit_code = 8
    http_status = 502


class SumsDisagree(TrucelineError):
    """A total differs from the sum of its parts, so nothing is printed."""

    exit_code = 9
    http_status = 500


class NotAsExpected(TrucelineError):
    """A scenario came out otherwise than it tells; nothing else is wrong."""

    exit_code = 1
    http_status = 422


class NotPermitted(TrucelineError):
    """This person may not do or see that; the refusal itself is on record."""

    exit_code = 10
    http_status = 403


class CaseFault(TrucelineError):
    """A case cannot take that act as it stands: a stage skipped, a reply to nothing, a revision that is no longer."""

    exit_code = 11
    http_status = 409


class EvidenceFault(TrucelineError):
    """Bytes of evidence are not those that came in, or are gone. None of them was given; that is on record."""

    exit_code = 13
    http_status = 409


class LedgerFault(TrucelineError):
    """A record of the log cannot be relied on. Whoever catches this must not go on as if it had been."""

    exit_code = 12
    http_status = 422


class MalformedRecord(LedgerFault):
    """Its bytes are not in the one form the formats allow: foreign characters, another length, an unknown algorithm."""


class NotProved(LedgerFault):
    """It can be read, but a signature, a proof, a quorum or a time does not hold."""
