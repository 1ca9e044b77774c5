"""The people of a mission together: no two entries are one person, as far as accounts and keys can tell."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from truceline.model import NotFound, Person, UsageFault
from truceline.model.strict_yaml import nearest


@dataclass(frozen=True)
class People:
    """Everyone who acts in a mission, or did; ``sha256`` is that of the file it was read from.

    Raises :class:`UsageFault` for an id that stands twice, and for two entries that share an account or a key: one
    natural person is one entry with all accounts, or four eyes could be two.
    """

    persons: tuple[Person, ...]
    sha256: str = ""

    def __post_init__(self) -> None:
        """Refuse two entries that may be one person."""
        whose: dict[str, str] = {}
        for person in self.persons:
            names = dict.fromkeys(signing_name(one) for one in (person.id, *person.accounts))
            keys = dict.fromkeys(key_material(one) for one in person.keys)
            for mark, what in ((names, "the account"), (keys, "the key")):
                for one in mark:
                    if one in whose:
                        raise UsageFault(
                            f"{whose[one]} and {person.id} share {what} {one}",
                            do="make one entry of the two: a natural person is one entry with all accounts and keys",
                            example="{id: olena, accounts: [olena@mission, olena-tablet]}",
                        )
                    whose[one] = person.id

    def find(self, account: str) -> Person | None:
        """Who signs in by that id or account, or nobody."""
        wanted = signing_name(account)
        return next(
            (one for one in self.persons if wanted in map(signing_name, (one.id, *one.accounts))),
            None,
        )

    def person(self, account: str) -> Person:
        """Who signs in by that id or account; raises :class:`NotFound`."""
        found = self.find(account)
        if found is None:
            known = [name for one in self.persons for name in (one.id, *one.accounts)]
            near = nearest(account, known)
            raise NotFound(
                f"nobody in people.yaml signs in as {account!r}",
                where="people.yaml",
                do=f"did you mean {near}?" if near else "add the person to people.yaml",
                example="truceline case list --as olena",
            )
        return found

    def knows(self, person_id: str) -> bool:
        """Whether an entry has that id."""
        return any(one.id == person_id for one in self.persons)


def signing_name(account: str) -> str:
    """An account as it is compared: letters that look alike in width or case are the same.

    >>> signing_name(" Olena@Mission ")
    'olena@mission'
    """
    return unicodedata.normalize("NFKC", account).strip().casefold()


def key_material(key: str) -> str:
    """What a public key is, apart from the name it goes by: the part behind the last ``+``.

    >>> key_material("olena+a1b2c3d4+QUJD")
    'QUJD'
    """
    return key.rpartition("+")[2] if key.count("+") < 2 else key.split("+", 2)[2]
