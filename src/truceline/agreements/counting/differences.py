"""Why two rules come to different figures of the same log: how each made its own, with numbers from the rows.

A rule that sorts by classes makes no figure of its own, since its classes add up to every item.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from truceline.agreements.counting.field_rules import WeaponClass, WithdrawalLines
from truceline.agreements.counting.figures import CountLine
from truceline.agreements.counting.making import Beside, Subjects, made_under
from truceline.agreements.counting.rule_frame import Rule
from truceline.agreements.counting.windows import window_us
from truceline.model import Because, IncidentTable, Interval, ObservationTable

DIFFER = "{first_rule} gives {first} and {second_rule} gives {second}: {first_why}; {second_why}"

Making = tuple[str, str, str, str]
"""Reading, rule with its parameters, phenomenon and stratum."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two rules that come to different figures of one phenomenon, stratum and reading, and how each made its own."""

    reading: str
    phenomenon: str
    stratum: str
    rules: tuple[str, str]
    figures: tuple[int, int]
    made: tuple[Because, Because]

    def __str__(self) -> str:
        """The English sentence."""
        return DIFFER.format(
            first_rule=self.rules[0],
            first=self.figures[0],
            second_rule=self.rules[1],
            second=self.figures[1],
            first_why=self.made[0],
            second_why=self.made[1],
        )


def rule_label(rule: Rule | CountLine) -> str:
    """A rule with its parameters, without the class a line is of.

    >>> from truceline.agreements.counting.rules import Episode
    >>> rule_label(Episode(30))
    'episode gap_min=30'
    """
    name = rule.rule if isinstance(rule, CountLine) else rule.name
    return " ".join([name, *(f"{key}={value}" for key, value in rule.parameters if key != "class")])


def makings(
    observations: ObservationTable,
    incidents: IncidentTable,
    rules: Sequence[Rule],
    windows_by_reading: Sequence[tuple[str, Interval]],
    zone: ZoneInfo,
) -> dict[Making, Because]:
    """How each rule made its best figure of every phenomenon and stratum, in each reading's window."""
    windows = [window_us(window) for _, window in windows_by_reading]
    beside = Beside(observations, windows)
    found: dict[Making, Because] = {}
    for rule in rules:
        if isinstance(rule, WeaponClass | WithdrawalLines):
            continue
        told = made_under(rule, observations, incidents, windows, zone, beside)
        for (reading, _), subjects in zip(windows_by_reading, told, strict=True):
            found |= _named(reading, rule_label(rule), subjects)
    return found


def differences(lines: Sequence[CountLine], made: Mapping[Making, Because]) -> tuple[Difference, ...]:
    """Every pair of rules whose figures of one phenomenon, stratum and reading differ, in the order of the lines."""
    rules = list(dict.fromkeys(rule_label(line) for line in lines))
    alike: dict[tuple[str, str, str], list[CountLine]] = {}
    for line in lines:
        if _making(line) in made:
            alike.setdefault((line.reading, line.phenomenon, line.stratum), []).append(line)
    groups = (sorted(group, key=lambda line: rules.index(rule_label(line))) for group in alike.values())
    return tuple(one for group in groups for one in _differing(group, made))


def _differing(group: Sequence[CountLine], made: Mapping[Making, Because]) -> Iterator[Difference]:
    for first, second in itertools.combinations(group, 2):
        if first.inside.best != second.inside.best:
            yield Difference(
                first.reading,
                first.phenomenon,
                first.stratum,
                (rule_label(first), rule_label(second)),
                (first.inside.best, second.inside.best),
                (made[_making(first)], made[_making(second)]),
            )


def _named(reading: str, rule: str, subjects: Subjects) -> dict[Making, Because]:
    return {(reading, rule, one.phenomenon, one.stratum): because for one, because in subjects.items()}


def _making(line: CountLine) -> Making:
    return line.reading, rule_label(line), line.phenomenon, line.stratum
