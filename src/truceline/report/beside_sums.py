"""Rules and logs side by side against what they are made of, before anything is printed."""

from __future__ import annotations

from truceline.agreements.counting import CountLine, rule_label
from truceline.mission.assessment import Assessment
from truceline.mission.beside import LogsBeside
from truceline.report.edition import all_counts
from truceline.report.sums import disagree


def check_beside(assessment: Assessment) -> None:
    """Raise :class:`SumsDisagree` when what stands side by side contradicts itself or the counts of the report."""
    _check_rules(assessment)
    for number, pair in enumerate(assessment.reconcile, 1):
        _check_logs(pair, f"logs held against each other, pair {number}")


def _check_rules(assessment: Assessment) -> None:
    found = assessment.all_rules
    if found is None:
        return
    figures: dict[tuple[str, str, str, str, str], set[int]] = {}
    for line in found.lines:
        figures.setdefault(_key(line), set()).add(line.inside.best)
    for line in all_counts(assessment):
        beside = figures.get(_key(line), {line.inside.best})
        if line.inside.best not in beside:
            raise disagree("the count under every rule", sorted(beside), line.inside.best, " ".join(_key(line)))
    for one in found.differences:
        for rule, figure in zip(one.rules, one.figures, strict=True):
            key = (rule, "", one.phenomenon, one.stratum, one.reading)
            beside = figures.get(key, set())
            if figure not in beside:
                raise disagree("the figure of a rule that differs", figure, sorted(beside), " ".join(key))


def _key(line: CountLine) -> tuple[str, str, str, str, str]:
    kind = str(dict(line.parameters).get("class", ""))
    return rule_label(line), kind, line.phenomenon, line.stratum, line.reading


def _check_logs(pair: LogsBeside, where: str) -> None:
    """Every row stands in one class, and could or could not have been seen in one of four ways."""
    for log, sides in ((pair.a, [one.a for one in pair.classes]), (pair.b, [one.b for one in pair.classes])):
        rows = sum(side.told.rows for side in sides)
        if rows != log.rows:
            raise disagree(f"rows of {log.named} over all classes", log.rows, rows, where)
        for side in sides:
            for sight in (side.other, side.anyone):
                seen = sight.watched + sight.partly + sight.blind + sight.unknown
                if seen != side.told.rows:
                    raise disagree(f"rows of {log.named} by who could have seen them", side.told.rows, seen, where)
