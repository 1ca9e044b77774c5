"""What the texts leave open: gaps in words, points nobody settled, and every term without a value, as sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping

from truceline.model import Guarantee, Norm, Requirement
from truceline.report.agreement_words import ENTRY_BY, OPEN_POINTS, REQUIRED
from truceline.report.content import Block, Heading, Listing, Phrase, sentence
from truceline.report.edition import Edition
from truceline.report.language import msgid
from truceline.report.sections.instruments import term_name
from truceline.report.words import word


def open_points(edition: Edition) -> tuple[Block, ...]:
    """Every gap as a point of a list; nothing where the texts leave nothing open."""
    agreement = edition.assessment.agreement
    sentences = [edition.own_words(gap) for gap in agreement.gaps]
    sentences += _terms(edition, "", agreement.terms)
    for one in agreement.instruments:
        title = one.title(edition.tongue.language)
        sentences += [f"{title}: {edition.own_words(gap)}" for gap in one.gaps]
        sentences += _terms(edition, title, one.terms)
    for norm in agreement.norms:
        title = edition.norm_title(norm)
        named = title if title.endswith(f"\N{EN DASH} {norm.id}") else f"{title} \N{EN DASH} {norm.id}"
        sentences += [_unknown(edition, named, path, _asked_for(norm)) for path in norm.unknown]
    sentences += [_of_guarantee(edition, guarantee) for guarantee in agreement.guarantees if guarantee.unknown]
    if not sentences:
        return ()
    points = Listing(tuple((Phrase(sentence(text)),) for text in dict.fromkeys(sentences)))
    return (Heading(edition.tongue.say(msgid("What the text leaves open"))), points)


def _terms(edition: Edition, title: str, terms: tuple[tuple[str, str | None], ...]) -> list[str]:
    """The points a text does not settle, in one sentence."""
    left = tuple(term_name(edition, name) for name, text in terms if text is None)
    if not left:
        return []
    said = edition.tongue.say(msgid("not settled by the text: {points}."), points=edition.tongue.join(left))
    return [f"{title}: {said}" if title else said]


_Asked = Mapping[str, Requirement]
"""What a permission or a voiding clause asks for, by its path in the norm or guarantee."""


def _asked_for(norm: Norm) -> _Asked:
    return _numbered("requires", norm.requires) | _numbered("void_if", norm.void_if)


def _numbered(path: str, requires: tuple[Requirement, ...]) -> dict[str, Requirement]:
    return {f"{path}[{n}]": required for n, required in enumerate(requires)}


def _unknown(edition: Edition, name: str, path: str, asked: _Asked) -> str:
    """A term of a norm without a value, and what nobody is told."""
    return f"{name}: {_left_open(edition, path, asked)}."


def _left_open(edition: Edition, path: str, asked: _Asked) -> str:
    """The point a null leaves open; of an entry of the register that nobody is named whose entry it must be."""
    key, required = re.split(r"[.\]]", path.rstrip("]"))[-1], asked.get(path.removesuffix(".by"))
    if required is not None and path.endswith(".by") and required.entry not in ("", "determination"):
        return edition.tongue.say(ENTRY_BY, entry=word(edition.tongue, REQUIRED, required.entry))
    known = OPEN_POINTS.get("determined_by" if required is not None and required.entry else key)
    return edition.tongue.say(known) if known else edition.tongue.say(msgid("nothing is said of {path}"), path=path)


def _of_guarantee(edition: Edition, guarantee: Guarantee) -> str:
    """Everything a guarantee leaves open in one sentence; after each point the criteria and duties it is missing of."""
    parts = (
        *((f"criteria[{n}]", one.id) for n, one in enumerate(guarantee.trigger.criteria)),
        *((f"duties[{n}]", duty.id) for n, duty in enumerate(guarantee.duties)),
        *((f"voids[{n}]", void.id) for n, void in enumerate(guarantee.voids)),
    )
    asked: dict[str, Requirement] = {}
    for n, void in enumerate(guarantee.voids):
        asked |= _numbered(f"voids[{n}].requires", void.requires)
    points: dict[str, list[str]] = {}
    for path in guarantee.unknown:
        inner = (part_id for part, part_id in parts if part in path)
        points.setdefault(_left_open(edition, path, asked), []).extend(inner)
    said = (f"{point} ({', '.join(dict.fromkeys(of))})" if of else point for point, of in points.items())
    return edition.tongue.say(msgid("guarantee {name}: {points}."), name=guarantee.id, points="; ".join(said))
