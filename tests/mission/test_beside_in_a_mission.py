"""What a mission asks to see side by side in its reports: every counting rule, and logs held against each other."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import mission_samples as samples
import pytest

from truceline.mission import gathering
from truceline.mission.counting import count_side_by_side
from truceline.mission.folder import Mission, open_mission
from truceline.mission.gathering import gather
from truceline.mission.ingesting import Intake, ingest
from truceline.mission.json_form import assessment_json
from truceline.mission.reconcile_settings import LogsNamed
from truceline.mission.settings import read_settings
from truceline.model import AgreementFault
from truceline.sources import ReadOptions

ASKED = """
[counting]
all_rules = true

[[reconcile]]
a = "party-north"
b = "party-south"
control = true

[[reconcile]]
a = "patrol"
b = "others"
minutes = 30
km = 2.5
"""
MAPPING = """\
truceline: 1
source: {{id: {id}, title: A log, custodian: {custodian}, stratum: civilian, senses: [explosion, burst]}}
time: {{sense: lasted}}
columns: {{key: key, start: start, area: area, phenomenon: what, count: count, party: party}}
{coverage}
"""
WATCH = """coverage:
  - {area: Left bank, start: "2031-04-19T00:00:00+00:00", end: "2031-04-20T09:30:00+00:00", state: watching}
  - {area: Left bank, start: "2031-04-20T09:30:00+00:00", end: "2031-04-22T00:00:00+00:00", state: blind, reason: fog}
"""
HEADER = "key,start,area,what,count,party\n"
NORTH = HEADER + (
    "1,2031-04-20T08:00:00Z,Left bank,explosion,3,party-south\n"
    "2,2031-04-20T09:00:00Z,Left bank,explosion,5,party-south\n"
    "3,2031-04-20T10:00:00Z,Left bank,burst,1,\n"
    "4,2031-04-25T10:00:00Z,Left bank,burst,1,\n"  # after the window
)
SOUTH = HEADER + (
    "a,2031-04-20T08:00:30Z,Left bank,explosion,3,party-south\n"
    "b,2031-04-20T09:00:10Z,Left bank,explosion,9,party-north\n"
)


def mission_of(root: Path, asked: str = ASKED, *, swapped: bool = False) -> Mission:
    head = "swap_parties = true\n" if swapped else ""
    made = samples.make_mission(root, settings=head + samples.SETTINGS + asked)
    samples.take_in(made, samples.TABLE)
    for name, table, custodian, coverage in (
        ("north-post", NORTH, "party-north", ""),
        ("south-post", SOUTH, "party-south", WATCH),
    ):
        told = root / f"{name}.yaml"
        told.write_text(MAPPING.format(id=name, custodian=custodian, coverage=coverage), encoding="utf-8")
        path = root / f"{name}.csv"
        path.write_text(table, encoding="utf-8")
        options = ReadOptions(mapping=told, actors=made.read_options().actors)
        assert ingest(made, Intake("table", path, options), now=samples.NOW).rejected == 0
    samples.conclude(made)
    return made


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Mission:
    return mission_of(tmp_path_factory.mktemp("asking") / "mission")


def asked_in(folder: Path, text: str) -> tuple[LogsNamed, ...]:
    path = folder / "mission.toml"
    path.write_text(samples.SETTINGS + text, encoding="utf-8")
    return read_settings(path).reconcile


def test_a_mission_that_asks_for_nothing_gets_nothing(mission: Mission, monkeypatch: pytest.MonkeyPatch):
    def never(*_: object, **__: object) -> None:
        raise AssertionError("nobody asked for every rule")

    monkeypatch.setattr(gathering, "count_side_by_side", never)
    found = gather(mission)
    assert (found.all_rules, found.reconcile) == (None, ())
    told = assessment_json(found)
    assert (told["all_rules"], told["reconcile"]) == (None, [])


def test_what_is_asked_for_is_read_in_its_order(asking: Mission):
    assert asking.settings.all_rules
    assert asking.settings.reconcile == (
        LogsNamed("party-north", "party-south", control=True, number=1),
        LogsNamed("patrol", "others", 30.0, 2.5, number=2),
    )


def test_the_rules_of_the_assessment_are_those_of_the_command(asking: Mission):
    windows = [(reading.id, reading.window) for reading in asking.agreement.readings]
    assert gather(asking).all_rules == count_side_by_side(asking, windows)


def test_a_daily_assessment_has_the_day_first_and_its_own_logs(asking: Mission):
    found = gather(asking, day=date(2031, 4, 25))
    assert found.all_rules is not None
    assert found.all_rules.lines[0].reading == "day"
    assert {line.reading for line in found.all_rules.lines} == {"day", "as-announced"}
    assert [(pair.a.rows, pair.b.rows) for pair in found.reconcile] == [(1, 0), (0, 1)]


def test_the_logs_are_held_against_each_other_inside_the_windows(asking: Mission):
    first, second = gather(asking).reconcile
    assert (first.a.rows, first.b.rows) == (3, 2), "the row after the window belongs to none"
    alike, different, only = first.classes
    assert (alike.matches, different.matches, only.a.told.rows, only.b.told.rows) == (1, 1, 1, 0)
    assert (only.a.other.watched, only.a.other.blind) == (0, 1)
    assert dict(first.differences)["count"] == 1
    assert [one.shift_h for one in first.chance][:2] == [0, -168]
    assert (second.a.named, second.b.sources, second.chance) == ("patrol", ("north-post", "south-post"), ())


def test_two_logs_without_a_row_are_an_answer_and_no_fault(tmp_path: Path):
    made = samples.make_mission(
        tmp_path / "m", settings=samples.SETTINGS + '[[reconcile]]\na = "patrol"\nb = "others"\n'
    )
    samples.take_in(made, samples.HEADER + "1,2031-04-01T09:00:00Z,,Left bank,shot,,one shot\n")
    samples.conclude(made)
    (pair,) = gather(made).reconcile
    assert (pair.a.rows, pair.b.rows, [one.matches for one in pair.classes]) == (0, 0, [0, 0, 0])


def test_exchanging_the_parties_mirrors_what_stands_side_by_side(asking: Mission, tmp_path: Path):
    plain, mirrored = (
        json.dumps(assessment_json(gather(one)), indent=1)
        for one in (asking, mission_of(tmp_path / "mirrored", swapped=True))
    )
    assert mirrored != plain
    assert samples.exchanged(mirrored) == plain


@pytest.mark.parametrize(
    ("entry", "said", "line"),
    [
        ("[[reconcile]]\na = 'x'\n", "the log b of .* is missing", 17),
        ("[[reconcile]]\nb = 'x'\n", "the log a of .* is missing", 17),
        ("[[reconcile]]\na = 3\nb = 'x'\n", "a text that names", 18),
        ("[[reconcile]]\na = 'x'\nb = 'y,,z'\n", "a text that names", 19),
        ("[[reconcile]]\na = 'x'\nb = 'x'\n", "held against itself", 19),
        ("[[reconcile]]\na = 'x'\nb = 'y'\nminutes = '15'\n", "minutes is a number from 0 to 1,440", 20),
        ("[[reconcile]]\na = 'x'\nb = 'y'\nminutes = 1441\n", "minutes is a number from 0 to 1,440", 20),
        ("[[reconcile]]\na = 'x'\nb = 'y'\nkm = -1\n", "km is a number from 0 to 100", 20),
        ("[[reconcile]]\na = 'x'\nb = 'y'\nkm = nan\n", "km is a number from 0 to 100", 20),
        ("[[reconcile]]\na = 'x'\nb = 'y'\nkm = true\n", "km is a number from 0 to 100", 20),
        ("[[reconcile]]\na = 'x'\nb = 'y'\ncontrol = 'true'\n", "control is true or false", 20),
        ("[[reconcile]]\na = 'x'\nb = 'y'\n[[reconcile]]\na = 'x'\nb = 'y'\nkm = 101\n", "km is a number", 23),
        ("[reconcile]\na = 'x'\nb = 'y'\n", "a list of tables", 17),
        ("[[reconcile]]\na = 'x'\nb = 'y'\nminute = 3\n", "unknown key 'minute'", 20),
        ("[counting]\nall_rules = 'yes'\n", "all_rules is true or false", 18),
        ("[counting]\nall_rule = true\n", "unknown key 'all_rule'", 18),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(tmp_path: Path, entry: str, said: str, line: int):
    assert len((samples.SETTINGS + "\n").splitlines()) == 15
    with pytest.raises(AgreementFault, match=said) as refused:
        asked_in(tmp_path, "\n\n" + entry)
    assert refused.value.where == f"{tmp_path / 'mission.toml'} line {line}"


@pytest.mark.parametrize("entry", ["reconcile = 3\n", "reconcile = ['a', 'b']\n"])
def test_logs_that_are_no_tables_are_refused_with_their_line(tmp_path: Path, entry: str):
    path = tmp_path / "mission.toml"
    path.write_text(entry + samples.SETTINGS, encoding="utf-8")
    with pytest.raises(AgreementFault, match="a list of tables") as refused:
        read_settings(path)
    assert refused.value.where == f"{path} line 1"


@pytest.mark.parametrize(
    ("a", "b", "said", "line"),
    [
        ("patrol", "pattrol", "'pattrol'", 19),
        ("south-posts", "patrol", "'south-posts'", 18),
        ("patrol", "others,south-post", "'others'", 19),
        ("patrol,south-post", "civilian", "south-post would be held against itself", 17),
    ],
)
def test_a_log_the_mission_does_not_have_is_refused_with_its_line(tmp_path: Path, a: str, b: str, said: str, line: int):
    made = mission_of(tmp_path / "m", f"\n\n[[reconcile]]\na = '{a}'\nb = '{b}'\n")
    with pytest.raises(AgreementFault, match=said) as refused:
        gather(open_mission(made.root))
    assert refused.value.where == f"{made.root / 'mission.toml'} line {line}"
    assert refused.value.do
