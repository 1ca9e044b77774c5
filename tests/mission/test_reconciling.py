"""Logs of a mission and files from outside held against each other, beside what could have been seen."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import mission_samples as samples
import numpy as np
import pytest

from truceline.agreements.reconciling import CLASSES, Tolerances, control, matched_in_pairs
from truceline.mission.folder import Mission, open_mission
from truceline.mission.ingesting import Intake, ingest
from truceline.mission.reconciling import Comparison, ComparisonAsked, compare_logs
from truceline.mission.reconciling_logs import LogAsked
from truceline.mission.reconciling_rows import ROW_COLUMNS, comparison_json, listed_rows, rows_csv
from truceline.mission.reconciling_sight import PARTLY, WATCHED, Sight
from truceline.model import Interval, NotFound, UnreadableFile, UsageFault, exchange_parties, id_of
from truceline.sources import ReadOptions

MAPPING = """\
truceline: 1
source:
  id: {id}
  title: A log
  custodian: {custodian}
  stratum: {stratum}
  senses: [{senses}]
time: {{sense: lasted}}
columns: {{key: key, start: start, area: area, phenomenon: what, count: count, weapon: weapon, party: party}}
{coverage}
"""
WATCH = """coverage:
  - {area: Left bank, start: "2031-04-19T00:00:00+00:00", end: "2031-04-20T09:30:00+00:00", state: watching}
  - {area: Left bank, start: "2031-04-20T09:30:00+00:00", end: "2031-04-21T00:00:00+00:00", state: blind, reason: fog}
"""
HEADER = "key,start,area,what,count,weapon,party\n"
NORTH = HEADER + (
    "1,2031-04-20T08:00:00Z,Left bank,explosion,3,mortar,party-south\n"  # both have it, alike
    "2,2031-04-20T09:00:00Z,Left bank,explosion,5,mortar,party-south\n"  # both have it, another count and party
    "3,2031-04-20T09:10:00Z,Left bank,burst,1,,\n"  # the other watched
    "4,2031-04-20T10:00:00Z,Left bank,burst,1,,\n"  # the other was blind
    "5,2031-04-20T10:00:00Z,Right bank,burst,1,,\n"  # nobody knows
)
SOUTH = HEADER + (
    "a,2031-04-20T08:00:30Z,Left bank,explosion,3,mortar,party-south\n"
    "b,2031-04-20T09:00:10Z,Left bank,explosion,9,mortar,party-north\n"
    "c,2031-04-20T07:00:00Z,Left bank,explosion,2,,\n"
)


def mapping(
    folder: Path,
    name: str,
    custodian: str,
    *,
    coverage: str = "",
    senses: str = "explosion, burst",
    stratum: str = "patrol",
) -> Path:
    path = folder / f"{name}.yaml"
    told = {"id": name, "custodian": custodian, "stratum": stratum, "senses": senses, "coverage": coverage}
    path.write_text(MAPPING.format(**told), encoding="utf-8")
    return path


def as_file(mission: Mission | None, folder: Path, name: str, table: str, told: Path) -> LogAsked:
    path = folder / f"{name}.csv"
    path.write_text(table, encoding="utf-8")
    options = ReadOptions(mapping=told, actors=mission.read_options().actors if mission else ())
    return LogAsked(str(path), "table", options)


def take_in(mission: Mission, name: str, table: str, told: Path) -> None:
    asked = as_file(mission, mission.root, name, table, told)
    ingest(mission, Intake("table", Path(asked.named), asked.options), now=samples.NOW)


@pytest.fixture
def logs(tmp_path: Path) -> Mission:
    """A mission with a log of either party, of which the south's says when it watched."""
    made = samples.make_mission(tmp_path / "logs")
    take_in(made, "north-post", NORTH, mapping(made.root, "north-post", "party-north", stratum="party-a"))
    take_in(made, "south-post", SOUTH, mapping(made.root, "south-post", "South", coverage=WATCH, stratum="party-b"))
    return open_mission(made.root)


def compared(mission: Mission | None, a: str | LogAsked, b: str | LogAsked, **more: object) -> Comparison:
    sides = (one if isinstance(one, LogAsked) else LogAsked(one) for one in (a, b))
    return compare_logs(mission, ComparisonAsked(*sides, **more))


def test_the_made_up_logs_give_the_known_answer(logs: Mission):
    found = compared(logs, "north-post", "south-post")
    alike, different, only = found.classes
    assert (alike.matches, different.matches) == (1, 1)
    assert dict(found.differences) == {"count": 1, "place": 0, "time": 0, "weapon": 0, "phenomenon": 0, "party": 1}
    assert (only.a.told.rows, only.a.told.best) == (3, 3)
    assert only.a.other == Sight(watched=1, partly=0, blind=1, unknown=1)
    assert (only.b.told.rows, only.b.told.best) == (1, 2)
    assert only.b.other == Sight(watched=0, partly=0, blind=0, unknown=1), "the north says nothing of its watch"


def test_every_row_of_both_logs_is_listed_once_with_its_class(logs: Mission):
    found = compared(logs, "north-post", "south-post")
    rows = list(listed_rows(found))
    assert [row["class"] for row in rows if row["log"] == "a"] == ["alike", "different", "only", "only", "only"]
    assert len({row["observation"] for row in rows}) == 8
    matched = [row for row in rows if row["match"] == 2]
    assert [row["differences"] for row in matched] == [["count", "party"]] * 2
    assert [row["apart_s"] for row in matched] == [10.0, 10.0]
    written = list(csv.DictReader(io.StringIO(rows_csv(found))))
    assert len(written) == 8
    assert list(written[0]) == list(ROW_COLUMNS)


def test_the_object_for_machines_is_json_and_holds_every_row_once(logs: Mission):
    told = json.loads(json.dumps(comparison_json(compared(logs, "north-post", "south-post", with_control=True))))
    rows = [sum(one[side]["told"]["rows"] for one in told["classes"]) for side in "ab"]
    assert rows == [told["a"]["rows"], told["b"]["rows"]] == [5, 3]
    assert [one["shift_h"] for one in told["control"]] == [0, -168, -24, -6, -3, 3, 6, 24, 168]
    assert told["control"][0]["pairs"] == 2


@pytest.mark.parametrize("names", [("party-a", "party-b"), ("party-north", "party-south"), ("north-post", "others")])
def test_a_log_is_named_by_channel_by_party_or_as_all_the_others(logs: Mission, names: tuple[str, str]):
    found = compared(logs, *names)
    assert (found.a.sources, found.b.sources) == (("north-post",), ("south-post",))


def test_the_other_way_round_is_the_mirror_image(logs: Mission):
    one, two = compared(logs, "north-post", "south-post"), compared(logs, "south-post", "north-post")
    assert [(told.a, told.b, told.matches) for told in one.classes] == [
        (told.b, told.a, told.matches) for told in two.classes
    ]


def test_exchanging_the_parties_in_the_files_mirrors_the_result(logs: Mission, tmp_path: Path):
    swapped = samples.make_mission(tmp_path / "swapped")
    for name, table, custodian, coverage, stratum in (
        ("north-post", NORTH, "party-south", "", "party-b"),
        ("south-post", SOUTH, "North", WATCH, "party-a"),
    ):
        told = mapping(swapped.root, name, custodian, coverage=coverage, stratum=stratum)
        take_in(swapped, name, samples.exchanged(table), told)
    one = list(listed_rows(compared(logs, "party-north", "party-south")))
    two = list(listed_rows(compared(open_mission(swapped.root), "party-south", "party-north")))
    assert one == exchange_parties(two, samples.PAIR)


@pytest.mark.parametrize("custodian", ["party-north", "North", "Northerners"])
def test_in_a_mirror_drill_a_party_keeps_the_log_of_the_other(tmp_path: Path, custodian: str):
    for swap, keeper in (("false", "party-north"), ("true", "party-south")):
        settings = samples.SETTINGS.replace("[series]", f"swap_parties = {swap}\n\n[series]", 1)
        made = samples.make_mission(tmp_path / f"swap-{swap}", settings=settings)
        take_in(made, "north-post", NORTH, mapping(made.root, "north-post", custodian))
        take_in(made, "south-post", SOUTH, mapping(made.root, "south-post", "nobody"))
        assert compared(open_mission(made.root), keeper, "others").a.sources == ("north-post",)


def test_a_file_from_outside_is_read_as_ingest_reads_it_and_not_kept(logs: Mission, tmp_path: Path):
    told = mapping(tmp_path, "south-again", "South", coverage=WATCH)
    files = sorted(logs.root.rglob("*"))
    outside = compared(logs, "north-post", as_file(logs, tmp_path, "south", SOUTH, told))
    inside = compared(logs, "north-post", "south-post")
    assert [(one.a, one.b.told, one.b.other) for one in outside.classes] == [
        (one.a, one.b.told, one.b.other) for one in inside.classes
    ]
    assert sorted(logs.root.rglob("*")) == files
    assert [source.id for source in logs.records.sources()] == ["north-post", "south-post"]


def test_two_files_need_no_mission_and_say_what_was_left_out(tmp_path: Path):
    told = [mapping(tmp_path, name, "somebody") for name in ("one", "two")]
    spoiled = SOUTH + "d,2031-04-40T07:00:00Z,Left bank,explosion,2,,\n" + SOUTH.splitlines()[1] + "\n"
    plain = [text.replace(",party-south", ",").replace(",party-north", ",") for text in (NORTH, spoiled)]
    sides = [as_file(None, tmp_path, name, text, one) for name, text, one in zip("ab", plain, told, strict=True)]
    found = compared(None, *sides)
    assert [one.matches for one in found.classes] == [1, 1, 0]
    assert (found.b.rows, found.b.rejected, found.b.repeated) == (3, 1, 1)


def test_who_cannot_sense_it_was_blind_to_it(logs: Mission):
    deaf = mapping(logs.root, "deaf-post", "South", coverage=WATCH, senses="explosion")
    take_in(logs, "deaf-post", HEADER + "x,2031-04-20T07:30:00Z,Left bank,explosion,1,,\n", deaf)
    only = compared(open_mission(logs.root), "north-post", "deaf-post").classes[2]
    assert only.a.other == Sight(watched=2, partly=0, blind=3, unknown=0), "bursts it cannot sense, wherever they were"
    assert only.a.anyone == Sight(watched=3, partly=0, blind=1, unknown=1), "the south's post can"


def test_a_row_is_seen_in_part_when_the_watch_ended_while_it_may_have_happened(logs: Mission):
    text = "start: start, end: end,"
    told = mapping(logs.root, "vague-post", "North")
    told.write_text(told.read_text(encoding="utf-8").replace("start: start,", text), encoding="utf-8")
    header = HEADER.replace("start", "start,end")
    take_in(logs, "vague-post", header + "x,2031-04-20T09:25:00Z,2031-04-20T09:45:00Z,Left bank,burst,1,,\n", told)
    only = compared(open_mission(logs.root), "vague-post", "south-post").classes[2]
    assert only.a.other == Sight(watched=0, partly=1, blind=0, unknown=0)


def test_a_period_holds_what_touches_it_and_what_that_was_matched_with(logs: Mission):
    begin = datetime(2031, 4, 20, 8, 0, 10, tzinfo=UTC)
    found = compared(logs, "north-post", "south-post", period=Interval(begin, begin + timedelta(hours=1)))
    assert (found.a.rows, found.b.rows) == (2, 2), "the line ten seconds before the period is matched with one inside"
    assert found.classes[2].a.told.rows == 0
    nothing = Interval(begin + timedelta(days=9), begin + timedelta(days=10))
    with pytest.raises(NotFound, match="neither log has a row in this period"):
        compared(logs, "north-post", "south-post", period=nothing)


def test_a_log_without_a_row_is_held_against_the_other_all_the_same(logs: Mission, tmp_path: Path):
    empty = as_file(logs, tmp_path, "empty", HEADER, mapping(tmp_path, "empty", "South", coverage=WATCH))
    only = compared(logs, "north-post", empty).classes[2]
    assert (only.a.told.rows, only.b.told.rows) == (5, 0)
    assert only.a.other.watched == 3


@pytest.mark.parametrize(
    ("a", "b", "fault", "said"),
    [
        ("nort-post", "south-post", NotFound, "did you mean north-post?"),
        ("party-a", "others,", NotFound, "stands alone"),
        ("north-post", "north-post", UsageFault, "name other sources on one side"),
        ("north-post,south-post", "party-b", UsageFault, "name other sources on one side"),
        ("others", "others", UsageFault, "name the sources of one"),
        ("north-post", "", NotFound, "name one of"),
    ],
)
def test_a_log_that_cannot_be_is_told_with_advice(logs: Mission, a: str, b: str, fault: type[Exception], said: str):
    with pytest.raises(fault) as told:
        compared(logs, a, b)
    assert said in told.value.do  # type: ignore[attr-defined]  # every fault of ours has it
    assert told.value.example  # type: ignore[attr-defined]  # as above


def test_a_file_without_a_format_is_told_so(logs: Mission, tmp_path: Path):
    path = tmp_path / "their.csv"
    path.write_text(SOUTH, encoding="utf-8")
    with pytest.raises(NotFound, match="--format-a or --format-b"):
        compared(logs, "north-post", str(path))


def test_a_file_that_is_none_or_stands_on_both_sides_is_refused(logs: Mission, tmp_path: Path):
    told = mapping(tmp_path, "south-again", "South")
    here = as_file(logs, tmp_path, "south", SOUTH, told)
    with pytest.raises(UsageFault, match="the same bytes"):
        compared(logs, here, here)
    for path in (tmp_path, tmp_path / "gone.csv"):
        with pytest.raises(UnreadableFile):
            compared(logs, "north-post", LogAsked(str(path), "table"))


@pytest.mark.feeds
def test_the_known_share_of_official_alarms_is_matched_on_the_real_feeds(feeds: Path):
    folder = feeds / "air_raid_alarms"
    names = (
        "vadimkin_official_data_en_20220315_20240423.csv.gz",
        "vadimkin_volunteer_data_en_20220225_20241010.csv.gz",
    )
    sides = [LogAsked(str(folder / name), "ua-alarms") for name in names]
    period = Interval(datetime(2022, 3, 15, tzinfo=UTC), datetime(2024, 4, 24, tzinfo=UTC))
    told = compared(None, *sides, tolerances=Tolerances(time_s=900), period=period)
    found, seen = told.found, told.seen_by_other[0]
    whole = found.a.place == np.array([_whole(name) for name in found.a.area.names], np.uint64)[found.a.area.codes]
    assert int(whole.sum()) == 36_537
    official = found.a.take(np.flatnonzero(whole))
    assert matched_in_pairs(official, found.b, Tolerances(time_s=900)) == 33_888
    chance = control(official, found.b, Tolerances(time_s=900), (-24, 3))
    assert max(one.pairs for one in chance) < 0.11 * 36_537
    alone, watched = found.classes()[0] == CLASSES.index("only"), np.isin(seen, (WATCHED, PARTLY))
    assert watched[alone].mean() > 0.99, "the volunteers' list says that it watched; a row alone there is a difference"


def _whole(area: str) -> int:
    return id_of(f"area:{area}")
