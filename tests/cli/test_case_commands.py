"""``truceline case`` and ``truceline review``, as people at their desks type them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from case_mission import FINDING, PARTIES, case_mission

from truceline.cli import case, case_export, review

START = datetime(2031, 6, 2, 8, tzinfo=UTC)


class Clock:
    """A clock that goes on a minute with each command."""

    def __init__(self) -> None:
        """Begin in the morning."""
        self.at = START

    def __call__(self) -> datetime:
        """The time, a minute later than the last."""
        self.at += timedelta(minutes=1)
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in (case, case_export, review):
        monkeypatch.setattr(module, "now", made)
    return made


@pytest.fixture
def desk(truceline: Callable, folder: Path, clock: Clock) -> Callable:  # noqa: ARG001 - the clock must go
    """Run a command of the mission as JSON; gives the answer, or the fault."""
    case_mission(folder)

    def command(*words: object) -> dict:
        said = truceline(*words, "--mission", folder, "--json")
        return json.loads(said.out) if said.exit_code == 0 else {"exit": said.exit_code, **json.loads(said.err)}

    return command


def _opened(desk: Callable) -> str:
    words = ("--list", "north", "--collected-by", "mira", "--because", "two posts heard it", "--as", "vera")
    return desk("case", "open", FINDING, *words)["case"]


def _notified(desk: Callable) -> tuple[str, list[str]]:
    here = _opened(desk)
    desk("case", "move", here, "recorded", "--because", "entered", "--as", "dora")
    told = [desk("case", "notify", here, party, "--words", "see below", "--as", "lina") for party in PARTIES]
    desk("case", "move", here, "notified", "--because", "both told", "--as", "lina")
    return here, [one["act"]["id"] for one in told]


def _under_review(desk: Callable) -> tuple[str, str]:
    here, notices = _notified(desk)
    for notice, by in zip(notices, ("nils", "sven"), strict=True):
        desk("case", "reply", here, notice[:16], "--says", "disputes", "--words", "not us", "--as", by)
    desk("case", "move", here, "under-review", "--because", "both heard", "--as", "vera")
    return here, desk("review", "list", "--as", "rita")["waiting"][0]["revision"]


def _grade(desk: Callable, here: str, revision: str, by: str, outcome: str = "confirmed") -> dict:
    judged = ("--outcome", outcome, "--source", "B", "--item", "2", "--confidence", "high", "--because", "clear")
    return desk("review", "grade", here, "--revision", revision, *judged, "--as", by)


def test_a_finding_is_taken_through_its_case(desk: Callable):
    here, revision = _under_review(desk)
    assert _grade(desk, here, revision, "rita")["stage"] == "under-review"
    assert _grade(desk, here, revision[:16], "roman")["stage"] == "under-review"
    assert desk("case", "move", here, "confirmed", "--because", "agreed", "--as", "hana")["stage"] == "confirmed"
    desk("review", "dissent", here, "--words", "an echo", "--as", "viktor")
    desk("case", "move", here, "remedy-due", "--because", "as agreed", "--as", "lina")
    shown = desk("case", "show", here, "--as", "hana")
    assert [one["what"] for one in shown["deadlines"]] == ["reply", "reply", "remedy"]
    assert [one["state"] for one in shown["deadlines"]] == ["met", "met", "running"]
    assert [act["deed"]["words"] for act in shown["acts"] if act["act"] == "dissent"] == ["an echo"]
    done = desk("case", "move", here, "remedied", "--because", "seen", "--done-at", "2031-06-02T11:05", "--as", "lina")
    assert done["stage"] == "remedied"
    assert desk("case", "show", here, "--as", "hana")["times"]["remedy"] == "2031-06-02T08:05:00+00:00"


def test_silence_is_put_on_record_when_the_time_is_over(desk: Callable, clock: Clock):
    here, (north, south) = _notified(desk)
    assert "not over" in desk("case", "silence", here, north, "--as", "lina")["what"]
    clock.at += timedelta(days=8)
    for notice in (north, south):
        desk("case", "silence", here, notice[:16], "--as", "lina")
    states = [one["state"] for one in desk("case", "due", "--as", "lina")["deadlines"]]
    assert states == ["silent", "silent"]
    late = desk("case", "reply", here, north, "--says", "answers", "--words", "late", "--as", "nils")
    assert late["act"]["act"] == "reply"


def test_grades_of_others_are_shown_to_whoever_gives_up_grading(desk: Callable):
    here, revision = _under_review(desk)
    _grade(desk, here, revision, "rita")
    sealed = desk("review", "show", here, "--as", "viktor")
    assert (sealed["review"]["sealed"], sealed["acts"]) == (True, [])
    assert "sealed" in desk("review", "show", here, "--give-up-grading", "--as", "viktor")["what"]
    _grade(desk, here, revision, "roman", "disputed")
    shown = desk("review", "show", here, "--give-up-grading", "--as", "viktor")
    assert [act["deed"]["outcome"] for act in shown["acts"]] == ["confirmed", "disputed"]
    assert "was shown" in _grade(desk, here, revision, "viktor")["what"]
    assert desk("review", "list", "--as", "viktor") == {"waiting": []}
    assert (
        desk("case", "move", here, "no-consensus", "--because", "two views", "--as", "hana")["stage"] == "no-consensus"
    )


@pytest.mark.parametrize(
    ("words", "exit_code", "told"),
    [
        (("case", "list", "--as", "nobody"), 7, "nobody in people.yaml signs in as 'nobody'"),
        (("case", "show", "c-000000000000", "--as", "vera"), 7, "there is no case"),
        (("case", "open", "ground-fir", "--list", "north", "--because", "x", "--as", "vera"), 7, "there is no finding"),
        (("case", "open", FINDING, "--list", "north", "--because", "x", "--as", "vera"), 2, "not said who collected"),
        (
            ("case", "open", FINDING, "--list", "south", "--no-collector", "--because", "x", "--as", "vera"),
            10,
            "is not on the case's list",
        ),
        (
            ("case", "open", FINDING, "--list", "north", "--no-collector", "--because", "x", "--as", "rita"),
            10,
            "no role",
        ),
        (
            ("case", "open", FINDING, "--list", "north", "--no-collector", "--because", " ", "--as", "vera"),
            3,
            "is empty",
        ),
        (("case", "break-glass", "c-000000000000", "--as", "otto"), 2, "either ask or agree"),
        (("case", "events", "--as", "vera"), 10, "may not audit"),
    ],
)
def test_what_cannot_be_done_is_told_with_its_exit_code(
    desk: Callable, words: tuple[str, ...], exit_code: int, told: str
):
    said = desk(*words)
    assert said["exit"] == exit_code
    assert told in said["what"]


@pytest.mark.parametrize(
    ("words", "exit_code", "told"),
    [
        (("move", "CASE", "confirmed", "--because", "x", "--as", "hana"), 11, "a stage would be skipped"),
        (("move", "CASE", "recordet", "--because", "x", "--as", "vera"), 11, "no stage 'recordet'"),
        (("move", "CASE", "recorded", "--because", "x", "--as", "otto"), 10, "not on the case's list"),
        (("notify", "CASE", "party-nort", "--words", "x", "--as", "lina"), 11, "no party to the case"),
        (
            ("notify", "CASE", "party-north", "--words", "x", "--reply-by", "2031-04-01T00:00", "--as", "lina"),
            11,
            "less time than was agreed",
        ),
        (("reply", "CASE", "00ff00ff00ff00ff", "--says", "answers", "--words", "x", "--as", "lina"), 11, "ever sent"),
        (("reply", "CASE", "00ff00ff00ff00ff", "--says", "answer", "--words", "x", "--as", "lina"), 2, "no 'answer'"),
        (("revise", "CASE", "--because", "x", "--as", "vera"), 11, "about this revision already"),
        (("move", "CASE", "recorded", "--because", "x", "--due", "soon", "--as", "dora"), 3, "not a time"),
    ],
)
def test_what_a_case_cannot_take_is_told_with_its_exit_code(
    desk: Callable, words: tuple[str, ...], exit_code: int, told: str
):
    here = _opened(desk)
    said = desk("case", *(here if one == "CASE" else one for one in words))
    assert said["exit"] == exit_code
    assert told in said["what"]


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--revision", "abcd", "too short"),
        ("--revision", "00ff00ff00ff00ff", "not about the revision"),
        ("--outcome", "confrimed", "no outcome 'confrimed'"),
        ("--source", "G", "no grade of reliability"),
        ("--item", "9", "no grade of credibility"),
        ("--confidence", "hihg", "no 'hihg'"),
    ],
)
def test_a_grade_typed_wrongly_is_told(desk: Callable, option: str, value: str, told: str):
    here, revision = _under_review(desk)
    given = {"--revision": revision, "--outcome": "confirmed", "--source": "A", "--item": "1", "--confidence": "low"}
    words = [word for pair in {**given, option: value}.items() for word in pair]
    assert told in desk("review", "grade", here, *words, "--because", "x", "--as", "rita")["what"]


def test_times_without_an_offset_are_the_missions(desk: Callable):
    here = _opened(desk)
    given = ("--words", "2031-06-02T08:00:00+00:00", "--given-at", "2031-06-02T11:01", "--as", "lina")
    notice = desk("case", "notify", here, "party-north", *given)["act"]["deed"]
    assert (notice["given_at"], notice["reply_by"]) == ("2031-06-02T08:01:00+00:00", "2031-06-09T08:01:00+00:00")
    assert notice["words"] == "2031-06-02T08:00:00+00:00"
    more = ("--words", "x", "--reply-by", "2031-06-12T00:00", "--as", "lina")
    assert desk("case", "notify", here, "party-south", *more)["act"]["deed"]["reply_by"] == "2031-06-11T21:00:00+00:00"


def test_what_people_said_is_shown_as_they_said_it(desk: Callable, truceline: Callable, folder: Path):
    here = _opened(desk)
    desk("case", "notify", here, "party-north", "--words", "2031-06-02T08:00:00+00:00", "--as", "lina")
    shown = truceline("case", "show", here, "--as", "vera", "--mission", folder).out
    assert "words: 2031-06-02T08:00:00+00:00" in shown.replace("\n", "")


def test_the_glass_is_broken_by_two_and_told_on_top_of_lists(desk: Callable, truceline: Callable, folder: Path):
    here = _opened(desk)
    assert desk("case", "show", here, "--as", "otto")["exit"] == 10
    asked = desk("case", "break-glass", here, "--because", "nobody answers", "--as", "otto")["act"]["id"]
    assert "two people" in desk("case", "break-glass", here, "--agree", asked[:16], "--as", "otto")["what"]
    desk("case", "break-glass", here, "--agree", asked[:16], "--as", "hana")
    assert desk("case", "show", here, "--as", "otto")["id"] == here
    listed = truceline("case", "list", "--as", "roman", "--mission", folder).out
    assert "glass broken by otto and hana" in listed
    party = truceline("case", "list", "--as", "nils", "--mission", folder).out
    assert "glass broken: c-" in party
    assert "otto" not in party


def test_an_export_at_night_goes_out_with_an_alarm(desk: Callable, truceline: Callable, folder: Path, clock: Clock):
    here = _opened(desk)
    by_day = desk("case", "export", "--out", folder / "day.json", "--as", "hana")
    assert (by_day["cases"], by_day["alarm"]) == ([here], [])
    clock.at = START.replace(hour=22)
    by_night = desk("case", "export", "--out", folder / "night.json", "--as", "hana")
    assert by_night["alarm"] == ["at night, at 01 h of the mission's clock"]
    assert json.loads((folder / "night.json").read_text())["cases"][0]["id"] == here
    assert "alarm" in truceline("case", "list", "--as", "audra", "--mission", folder).out
    assert "stands there already" in desk("case", "export", "--out", folder / "day.json", "--as", "hana")["what"]
    kinds = [one["content"]["why"] for one in desk("case", "events", "--kind", "alarm", "--as", "audra")["events"]]
    assert kinds == [by_night["alarm"]]


def test_people_read_what_machines_get(desk: Callable, truceline: Callable, folder: Path):
    here, revision = _under_review(desk)
    _grade(desk, here, revision, "rita")
    commands = {
        "rita": [("case", "show", here), ("case", "list"), ("review", "show", here), ("review", "list")],
        "nils": [("case", "show", here), ("review", "show", here), ("case", "due")],
        "roman": [("review", "list"), ("case", "due")],
        "audra": [("case", "events"), ("case", "list")],
    }
    for who, each in commands.items():
        for words in each:
            said = truceline(*words, "--as", who, "--mission", folder)
            assert said.exit_code == 0, said.err
            assert said.out.strip()
    shown = truceline("case", "show", here, "--as", "roman", "--mission", folder).out
    assert "1 of 2, sealed for you" in shown
    assert f"{here}, times in Europe/Kyiv" in shown
    assert "acknowledgement party-north: 2031-06-02 11:" in shown
    assert "T08:" not in shown
    stages = truceline("case", "stages", "--mission", folder).out
    assert "under-review" in stages
    assert json.loads(truceline("case", "stages", "--mission", folder, "--json").out)["quorum"] == 2


def test_a_finding_edited_meanwhile_is_told_to_whoever_looks(desk: Callable, truceline: Callable, folder: Path):
    here, _ = _under_review(desk)
    case_mission(folder).edit_the_finding(probability=0.5)
    shown = truceline("case", "show", here, "--as", "roman", "--mission", folder).out
    assert "the finding was edited since the case took it up" in shown
    assert desk("case", "revise", here, "--because", "a patrol came", "--as", "vera")["stage"] == "under-review"


def test_rival_explanations_are_kept_marked_and_shown(truceline: Callable, folder: Path):
    case = case_mission(folder).open().case.id
    at = ("--as", "vera", "--mission", folder)
    words = ("--kind", "accident", "--words", "an engine misfired")
    assert truceline("case", "hypothesis", case, "backfire", *words, *at).exit_code == 0
    said = truceline("case", "mark", case, "sensor-4", "backfire", "against", "--because", "too loud", *at)
    assert said.exit_code == 0
    told = json.loads(truceline("case", "hypotheses", case, *at, "--json").out)
    assert {one["id"]: one["against"] for one in told["hypotheses"]}["backfire"] == 1
    assert told["marks"] == [
        {"evidence": "sensor-4", "hypothesis": "backfire", "bears": "against", "because": "too loud"}
    ]
    shown = truceline("case", "hypotheses", case, *at).out
    assert "an engine misfired" in shown
    assert "sensor-4 against backfire: too loud" in shown
    wrong = truceline("case", "mark", case, "sensor-4", "backfir", "against", "--because", "too loud", *at)
    assert "did you mean backfire" in wrong.err


def test_sources_are_graded_blind(truceline: Callable, folder: Path):
    source = case_mission(folder).room.mission.records.sources()[0].id
    at = ("--mission", folder)
    said = truceline("grade", source, "B", "--because", "calibrated in March", "--as", "rita", *at)
    assert f"{source}: reliability B" in said.out
    assert "nothing that you may see" in truceline("grades", "--as", "viktor", *at).out
    given = truceline("grade", source, "D", "--because", "its clock drifts", "--as", "viktor", *at, "--json")
    assert json.loads(given.out) == {"subject": source, "scale": "reliability", "grade": "D", "by": "viktor"}
    (told,) = json.loads(truceline("grades", "--as", "rita", *at, "--json").out)["grades"]
    assert (told["grade"], told["apart"], told["by"]) == ("D", True, ["rita", "viktor"])
    assert "they differ" in truceline("grades", "--as", "rita", *at).out
    wrong = truceline("grade", f"{source}x", "B", "--because", "no", "--as", "rita", *at)
    assert f"did you mean {source}" in wrong.err
