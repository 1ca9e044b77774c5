"""Looking at evidence: what pictures say of themselves, and flags on what does not go together.

Question: what should a person look at before relying on these items? In: items of evidence, who looks, and when the
event began where that is known. Out: what each says of itself, and flags. Each item is read on record, as a copy of its
own; the copy is opened by a process that can do nothing else (:mod:`truceline.sources.media.reading`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from truceline.mission.evidence import Asked, signed_in
from truceline.mission.folder import Mission
from truceline.model import EvidenceFault, Interval
from truceline.model.custody import CustodyKind
from truceline.sources.media import Flagged, MediaFlag, MediaTold, flags_of_many, flags_of_one, read_media, shared_words
from truceline.sources.media.flags import NEAR_TEXT
from truceline.store import EvidenceReader

_MOST_TEXT_BYTES = 1 << 20
_GONE = "its bytes are gone, or are not those that came in"


@dataclass(frozen=True, slots=True)
class Examined:
    """What each item says of itself, and the flags on all of them."""

    told: Mapping[str, MediaTold]
    flags: tuple[Flagged, ...]


def examine(mission: Mission, items: tuple[str, ...], asked: Asked, began: datetime | None = None) -> Examined:
    """Look at items. Raises what signing in does; an item whose bytes are gone or others is flagged as unreadable."""
    handling = signed_in(mission, CustodyKind.READ, asked)
    reader = EvidenceReader(mission.folders, mission.records)
    event = None if began is None else Interval(began, began)
    told: dict[str, MediaTold] = {}
    texts: dict[str, str] = {}
    for item in items:
        try:
            with reader.reading(item, handling) as file:
                told[item] = read_media(file)
                if told[item].why_not:
                    file.seek(0)
                    texts |= _text(item, file.read(_MOST_TEXT_BYTES))
        except EvidenceFault:
            told[item] = MediaTold(why_not=_GONE)
    single = tuple(flag for item, one in told.items() if item not in texts for flag in flags_of_one(item, one, event))
    return Examined(told, (*single, *flags_of_many(told), *_copies(texts)))


def examined_json(found: Examined) -> dict[str, Any]:
    """What was found, as JSON."""
    return {
        "items": [{"item": item, **asdict(told)} for item, told in found.told.items()],
        "flags": [{**asdict(one), "flag": one.flag.value} for one in found.flags],
    }


def _text(item: str, data: bytes) -> dict[str, str]:
    """An item that is plain text; none for anything else."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {}
    return {item: text} if text.strip() and "\x00" not in text else {}


def _copies(texts: Mapping[str, str]) -> tuple[Flagged, ...]:
    found, names = [], sorted(texts)
    for number, one in enumerate(names):
        for other in names[number + 1 :]:
            share = shared_words(texts[one], texts[other])
            if share >= NEAR_TEXT:
                because = f"{100 * share:.0f} % of the runs of three words are the same"
                found.append(Flagged(one, MediaFlag.NEAR_DUPLICATE, because, other))
    return tuple(found)
