"""Lines that need printing: where one channel alone saw something, the count over all channels says it twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from truceline.agreements.counting.figures import CountLine
from truceline.agreements.counting.rows import ANY_STRATUM


def told_once(lines: Sequence[CountLine]) -> tuple[CountLine, ...]:
    """The lines without those over all channels that have the very figures of the one channel there is."""
    return tuple(line for line in lines if not _repeats_its_channel(line, lines))


def _repeats_its_channel(line: CountLine, lines: Sequence[CountLine]) -> bool:
    if line.stratum != ANY_STRATUM:
        return False
    channels = [one for one in lines if one.stratum != ANY_STRATUM and _same_but_for_channel(one, line)]
    return len(channels) == 1 and replace(channels[0], stratum=ANY_STRATUM) == line


def _same_but_for_channel(one: CountLine, line: CountLine) -> bool:
    kinds = ((each.rule, each.parameters, each.phenomenon, each.reading) for each in (one, line))
    return next(kinds) == next(kinds)
