"""What nobody could see: a zero without this section is worthless."""

from __future__ import annotations

from truceline.coverage.shares import AreaShare, CoverageShare
from truceline.mission.assessment import ReadingWindow
from truceline.mission.coarse_words import coarse_text, public_reason
from truceline.model import CoverageState, Phenomenon
from truceline.report.content import Block, Cell, Column, Heading, Phrase, Section, Table, paragraph, plain
from truceline.report.edition import DAY, Edition
from truceline.report.known_sentences import known_sentence
from truceline.report.language import msgid
from truceline.report.sections.beside import seen_cell, undisturbed_words
from truceline.report.words import PHENOMENA, STATES, STRATA, word


def unseen(edition: Edition) -> Section:
    """For each reading: coverage by phenomenon, and the areas that were not seen in full."""
    tongue = edition.tongue
    blocks: list[Block] = [
        paragraph(
            tongue.say(
                msgid(
                    "Where nothing could be seen, nothing can be said. A count of zero there is neither quiet nor fire."
                )
            )
        )
    ]
    for window in edition.windows():
        blocks += [Heading(window_title(edition, window.reading)), _phenomena(edition, window)]
        blocks += [_areas(edition, group) for group in _alike(window)]
    return Section("unseen", tongue.say(msgid("What nobody could see")), tuple(blocks))


def window_title(edition: Edition, reading: str) -> str:
    """The heading over what is said of a reading's window, or of the day."""
    tongue = edition.tongue
    if edition.day is not None and reading == DAY:
        return tongue.say(msgid("The day: {day}"), day=tongue.full_date(edition.day.day))
    return tongue.say(msgid("Window: {reading}"), reading=reading)


def observable(window: ReadingWindow) -> tuple[CoverageShare, ...]:
    """Coverage by phenomenon, without the sum over alerts, which is made when counting and never observed."""
    return tuple(share for share in window.coverage if share.phenomenon is not Phenomenon.ANY_ALERT)


def not_in_full(area: AreaShare) -> bool:
    """Whether some of the area and time was unseen, or seen only dimly all along."""
    return area.share < 1 or area.state is not CoverageState.WATCHING


def _alike(window: ReadingWindow) -> list[tuple[CoverageShare, ...]]:
    """Phenomena that could be seen somewhere and not everywhere, those seen in the same areas together."""
    groups: dict[tuple[tuple[AreaShare, ...], float], list[CoverageShare]] = {}
    for share in observable(window):
        if share.strata and any(not_in_full(area) for area in share.areas):
            groups.setdefault((share.areas, share.undisturbed), []).append(share)
    return [tuple(group) for group in groups.values()]


def _phenomena(edition: Edition, window: ReadingWindow) -> Table:
    tongue = edition.tongue
    columns = (
        Column(tongue.say(msgid("Phenomenon")), width=1.6),
        Column(tongue.say(msgid("Coverage")), numeric=True, width=0.8),
        Column(tongue.say(msgid("Channels that could see it")), width=2.0),
        Column(tongue.say(msgid("Areas not seen in full")), numeric=True, width=1.0),
    )
    on_the_day = edition.day is not None and window.reading == DAY
    caption = tongue.say(
        msgid("What could be seen on this day") if on_the_day else msgid("What could be seen inside the window")
    )
    return Table(caption, columns, tuple(_phenomenon(edition, share) for share in observable(window)))


def _phenomenon(edition: Edition, share: CoverageShare) -> tuple[Cell, ...]:
    tongue = edition.tongue
    strata = tongue.join(tuple(word(tongue, STRATA, stratum) for stratum in share.strata))
    none = Phrase(tongue.say(msgid("no source in place can see it")), tone="strong")
    partly = sum(not_in_full(area) for area in share.areas)
    of_all = f"{tongue.number(partly)} / {tongue.number(len(share.areas))}" if share.areas else "\N{EN DASH}"
    return (
        plain(word(tongue, PHENOMENA, share.phenomenon)),
        seen_cell(tongue, share, tone="figure"),
        plain(strata) if strata else (none,),
        plain(of_all),
    )


def _areas(edition: Edition, alike: tuple[CoverageShare, ...]) -> Table:
    tongue = edition.tongue
    columns = (
        Column(tongue.say(msgid("Area")), width=1.6),
        Column(tongue.say(msgid("Share seen")), numeric=True, width=0.8),
        Column(tongue.say(msgid("State")), width=1.0),
        Column(tongue.say(msgid("Why")), width=2.6),
    )
    what = tongue.join(tuple(word(tongue, PHENOMENA, share.phenomenon) for share in alike))
    caption = tongue.say(msgid("Areas not seen in full: {phenomenon}"), phenomenon=what)
    rows = tuple(_area(edition, area) for area in alike[0].areas if not_in_full(area))
    return Table(caption, columns, rows)


def _area(edition: Edition, area: AreaShare) -> tuple[Cell, ...]:
    tongue = edition.tongue
    dim = area.undisturbed < area.share
    clear = (Phrase(undisturbed_words(tongue, area.undisturbed), tone="quiet"),) if dim else ()
    reasons = tuple(Phrase(known_sentence(tongue, public_reason(reason))) for reason in area.reasons)
    name = tongue.say(msgid("the whole area of the mission")) if area.area == "*" else coarse_text(area.area)
    return (
        plain(name),
        (Phrase(tongue.share(area.share)), *clear),
        plain(word(tongue, STATES, area.state)),
        reasons or plain("\N{EN DASH}"),
    )
