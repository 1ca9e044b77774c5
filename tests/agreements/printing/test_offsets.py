"""Moments told by another clock than that of the time zone are pointed out, and no others."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from truceline.agreements.loading import load_document, parse_agreement
from truceline.agreements.printing.offsets import other_clocks
from truceline.agreements.printing.printout import Printout
from truceline.model.strict_yaml import read_strict_yaml

CASES = Path(__file__).parents[3] / "cases"
GOOD = (Path(__file__).parents[1] / "good.yaml").read_text(encoding="utf-8")
KYIV = ZoneInfo("Europe/Kyiv")


def told(text: str) -> list[str]:
    """What is pointed out in a text whose time zone is that of Kyiv."""
    return list(other_clocks(parse_agreement(f"{text}time_zone: Europe/Kyiv\n"), KYIV))


def test_a_moment_of_summer_with_the_distance_of_winter_is_pointed_out():
    assert told(GOOD) == []
    changed = GOOD.replace("2031-04-19T18:00:00+03:00", "2031-04-19T18:00:00+02:00")
    assert told(changed) == ["2031-04-19T18:00:00+02:00 was 2031-04-19 19:00 in Europe/Kyiv"]


def test_the_printout_points_out_the_time_of_another_capital():
    path = CASES / "energy-pause-2026" / "agreement.yaml"
    document = read_strict_yaml(path)
    lines = " ".join(" ".join(Printout(load_document(document, path.parent), document).whole()).split())
    assert "2026-01-30T00:00:00+03:00 was 2026-01-29 23:00 in Europe/Kyiv" in lines
