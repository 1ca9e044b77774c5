"""Every story under tests/scenarios, as it stands and with the two parties exchanged; and the runner itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.agreements.scenarios import Outcome, files_not_run, run_scenario, scenario_files
from truceline.agreements.scenarios.grammar import EXAMPLES, scenario_schema
from truceline.agreements.scenarios.mirroring import exchanged
from truceline.agreements.scenarios.placing import beside
from truceline.agreements.space.distance import distances_from_line
from truceline.agreements.space.edges import Edges
from truceline.agreements.space.zone import ReferenceLine
from truceline.model import UsageFault, ValueFault
from truceline.model.strict_yaml import parse_strict_yaml, read_strict_yaml

SCENARIOS = Path(__file__).parents[1] / "scenarios"
CASES = Path(__file__).parents[2] / "cases"
BENT = ReferenceLine("bent", (np.array([[37.0, 48.0], [37.4, 48.1], [37.8, 48.0], [38.2, 48.15]]),))

STORY = """\
scenario: story
says: A shot is a breach.
agreement: {agreements}/ceasefire.yaml
as_of: "2031-06-01T00:00:00+03:00"
watched: everything
incidents:
  - {{id: shot, at: "2031-04-10T10:00:00+03:00", phenomenon: shot, party: party-north, position: [37.5, 48.2]}}
expect:
  - {{norm: fire, party: party-north, result: breached}}
"""


def case(name: str) -> Path:
    return CASES / name / "agreement.yaml"


@pytest.mark.parametrize("path", scenario_files(SCENARIOS), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_story_comes_out_as_told(path: Path):
    outcome = run_scenario(path, case)
    assert outcome.fault is None, outcome.fault.diagnosis()
    told = [line for one in (*outcome.differences, *outcome.mirrored_differences) for line in one.lines()]
    assert not told, "\n".join(told)
    assert outcome.name == path.stem


def test_there_are_stories_enough_and_each_is_told_both_ways():
    made_up = [path for path in scenario_files(SCENARIOS) if path.parents[1] == SCENARIOS]
    assert len(made_up) >= 120
    one_sided = [path.stem for path in made_up if "\nmirrored: false" in path.read_text(encoding="utf-8")]
    assert not one_sided


def told(tmp_path: Path, *changes: tuple[str, str]) -> Outcome:
    """What becomes of the story with some of its words changed."""
    text = STORY.format(agreements=SCENARIOS / "agreements")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path = tmp_path / "story.yaml"
    path.write_text(text, encoding="utf-8")
    return run_scenario(path, case)


def test_the_story_itself_holds_both_ways(tmp_path: Path):
    outcome = told(tmp_path)
    assert outcome.kept
    assert outcome.mirrored
    assert [finding.result.value for finding in outcome.findings] == ["breached", "complied"]


def test_a_wrong_expectation_is_told_with_line_reason_and_step(tmp_path: Path):
    outcome = told(tmp_path, ("party: party-north, result: breached", "party: party-south, result: breached"))
    (one,) = outcome.differences
    assert not outcome.kept
    assert one.where == f"{tmp_path}/story.yaml:9 expect[0].result"
    assert one.expected == "breached"
    assert one.found == "fire/party-south/agreed: complied"
    assert "set aside as confirmed and naming somebody else: 1" in one.because
    assert re.match(r"9\. Result: ", one.step)
    assert outcome.mirrored_differences[0].found == "fire/party-north/agreed: complied"


WRONG = (
    ("result: breached", "result: breached, because: nobody saw it", "because … nobody saw it …"),
    ("result: breached", "would_change: a miracle", "would change: a miracle"),
    ("result: breached", "attribution: nobody", "attributed: not attributed"),
    ("result: breached", "incidents: {shot: outside}", "shot: outside"),
    ("result: breached", "incidents: {shot: left-out}", "shot: left-out"),
    ("result: breached", "inside: {shot: [0.0, 0.5]}", "shot inside with 0 to 0.5"),
    ("result: breached", "probability: [0.0, 0.5]", "probability 0 to 0.5"),
    ("result: breached", "across_readings: contested", "over all readings contested"),
    ("norm: fire, party: party-north", "norm: ceasefire", "a finding ceasefire/each/*"),
    ("result: breached", "reading: other, result: breached", "a finding fire/party-north/other"),
    ("norm: fire, party: party-north, result: breached", "error: neither", "refused: neither"),
)


@pytest.mark.parametrize(("before", "after", "expected"), WRONG, ids=[after for _, after, _ in WRONG])
def test_each_kind_of_expectation_can_fail(tmp_path: Path, before: str, after: str, expected: str):
    outcome = told(tmp_path, (before, after))
    assert outcome.fault is None
    assert [one.expected for one in outcome.differences] == [expected]
    assert outcome.mirrored_differences


AT = 'at: "2031-04-10T10:00:00+03:00"'
FAULTS = (
    ("says: A shot is a breach.\n", "", "the key 'says' is missing", 1),
    ("watched:", "wached:", "unknown key 'wached'; the nearest known is 'watched'", 5),
    ("watched: everything", "watched: all", "unknown word 'all'", 5),
    ("watched: everything", "watched: [explosions]", "unknown phenomenon 'explosions'", 5),
    ("phenomenon: shot", "phenomenon: shots", "unknown phenomenon 'shots'; the nearest known is 'shot'", 7),
    ("phenomenon: shot", "phenomenon: shot, weapon: morter", "unknown weapon 'morter'", 7),
    ("phenomenon: shot", "phenomenon: shot, target: bridge", "unknown target 'bridge'", 7),
    ("phenomenon: shot", "phenomenon: shot, calibre: 120", "has no unit", 7),
    ("phenomenon: shot", "phenomenon: shot, radius: 5 miles", "unknown unit 'miles'", 7),
    ("phenomenon: shot", "phenomenon: shot, count: [3, 2, 1]", "count out of order", 7),
    ("phenomenon: shot", "phenomenon: shot, lasting: P1M", "months or years", 7),
    ("phenomenon: shot", "phenomenon: shot, inside: zone", "the place is told twice", 7),
    ("position: [37.5, 48.2]", "inside: zone", "unknown zone 'zone'", 7),
    ("position: [37.5, 48.2]", "position: [48.2, 137.5]", "off the globe", 7),
    ("position: [37.5, 48.2]", "radius: 5 m", "a radius without a position", 7),
    ("party: party-north, position", "party: north, position", "unknown party 'north'", 7),
    ('at: "2031-04-10T10:00:00+03:00", phenomenon', "phenomenon", "told by at or by between", 7),
    ("10:00:00+03:00", "10:00:00", "time without a zone", 7),
    ("00:00:00+03:00", "00:00:00", "time without a zone", 4),
    ("result: breached", "result: broken", "unknown result 'broken'", 9),
    ("result: breached", "reading: agreed", "nothing is expected here", 9),
    ("result: breached", "error: no", "an agreement that is refused has no findings", 9),
    ("ceasefire.yaml", "nothing.yaml", "cannot be read", None),
    ("watched: everything", "geometry: {zone: {line: [[37.0, 48.0], [38.0, 48.0]]}}", "unknown line or zone 'zone'", 5),
    ("watched: everything", "geometry: {zone: {accuracy: 5 m}}", "is drawn in one way", 5),
    ("2031-04-10T10:00:00+03:00", '9999-12-30T10:00:00+03:00", lasting: "P300D', "lies beyond the calendar", 7),
    ("watched: everything", "changes: {norms.shelling.act: flight}", "leads nowhere: there is no 'shelling'", 5),
    ("watched: everything", "changes: {norms.fire.act: shelling}", "unknown act 'shelling'", 5),
    ("watched: everything", "thresholds: {breach_probability: 0.4}", "not above 0.5", 5),
    ("watched: everything", "case: minsk-2", "one of the two, must be named", 1),
    ("watched: everything", "register: [{kind: order, at: now}]", "not a time", 5),
    ("result: breached", "incidents: {sot: left-out}", "unknown incident 'sot'; the nearest known is 'shot'", 9),
    ("result: breached", "inside: {sot: [0.0, 0.5]}", "unknown incident 'sot'", 9),
    ("watched: everything", f"register: [{{kind: suspension, subject: frie, {AT}}}]", "unknown subject 'frie'", 5),
    (
        "watched: everything",
        f"register: [{{kind: notice, to: [party-nroth], subject: fire, {AT}}}]",
        "'party-nroth'",
        5,
    ),
    ("watched: everything", f"register: [{{kind: claim, place: Est, subject: fire, {AT}}}]", "unknown place 'Est'", 5),
    ("watched: everything", 'register: [{kind: order, at: "2031-04-10T10:00:00+03:00"}]', "subject is empty", 5),
    (
        "watched: everything",
        f"register: [{{kind: order, subject: fire, repeats: 2, {AT}}}]",
        "repeats '0002', and the register has no such entry",
        5,
    ),
    (
        "watched: everything",
        f"register: [{{kind: order, subject: fire, repeats: 1, {AT}}}]",
        "names the entry itself",
        5,
    ),
    (
        "watched: everything",
        'register: [{kind: claim, subject: fire, about: sot, at: "2031-04-10T10:00:00+03:00"}]',
        "unknown incident 'sot'; the nearest known is 'shot'",
        5,
    ),
)


@pytest.mark.parametrize(("before", "after", "words", "line"), FAULTS, ids=[words for *_, words, _ in FAULTS])
def test_a_slip_is_told_with_its_line_and_a_valid_example(
    tmp_path: Path, before: str, after: str, words: str, line: int | None
):
    fault = told(tmp_path, (before, after)).fault
    assert fault is not None
    assert words in fault.what
    assert fault.do
    if line is not None:
        assert fault.where.startswith(f"{tmp_path}/story.yaml:{line} ") or fault.where == f"{tmp_path}/story.yaml:1"


def test_an_incident_told_twice_is_refused(tmp_path: Path):
    again = '  - {id: shot, at: "2031-04-11T10:00:00+03:00", phenomenon: shot}\nexpect:'
    fault = told(tmp_path, ("expect:", again)).fault
    assert fault is not None
    assert "told twice" in fault.what


def test_an_agreement_may_stand_in_the_scenario_itself(tmp_path: Path):
    good = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8").replace("\n", "\n  ")
    text = f"agreement:\n  {good}\n".replace("2031-04-19", "2031-04-09").replace("2031-04-21", "2031-04-30")
    outcome = told(tmp_path, (f"agreement: {SCENARIOS}/agreements/ceasefire.yaml\n", text))
    assert outcome.fault is None, outcome.fault.diagnosis()
    assert outcome.kept


def test_a_fault_in_an_agreement_in_the_scenario_names_the_line_there(tmp_path: Path):
    good = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8").replace("\n", "\n  ")
    text = f"agreement:\n  {good}\n".replace("status: mirrored", "status: agreed")
    fault = told(tmp_path, (f"agreement: {SCENARIOS}/agreements/ceasefire.yaml\n", text)).fault
    assert fault is not None
    assert fault.where == f"{tmp_path}/story.yaml:7 agreement.status"


SLOTS = """\
changes:
  zones: [{id: park, slot: the map of the annex}]
  settlements: [{id: towns, slot: the list of the annex}]
  lines: [{id: front, slot: the line of the annex, left: party-north, right: party-south}]
  norms.fire.where: {any: [park, towns, {line: front, from: 0 km, to: 5 km, side: both}]}
geometry:
  park: {polygon: [[37.0, 48.0], [37.1, 48.0], [37.1, 48.1]], accuracy: 100 m}
  towns: {box: [37.4, 48.1, 37.6, 48.3]}
  front: {line: [[36.0, 47.0], [36.0, 47.5]], accuracy: 1 km}
"""


def test_slots_are_filled_by_what_the_scenario_draws(tmp_path: Path):
    outcome = told(tmp_path, ("watched: everything\n", SLOTS))
    assert outcome.fault is None, outcome.fault.diagnosis()
    assert outcome.kept


def test_a_wrong_drawing_is_told_where_the_scenario_draws_it(tmp_path: Path):
    fault = told(tmp_path, ("watched: everything\n", SLOTS.replace("[37.1, 48.1]", "[37.05, 48.0]"))).fault
    assert fault is not None
    assert fault.what == "the outline is empty"
    assert f"{tmp_path}/story.yaml:11 geometry.park" in fault.where


REFUSED = """\
scenario: story
says: Refused.
agreement: AGREEMENT
as_of: "2031-06-01T00:00:00+03:00"
geometry: {contact-line: {line: [[37.0, 48.0], [38.0, 48.0]]}}
expect: [{error: no such words}]
"""


@pytest.mark.parametrize(
    "agreement",
    [
        "{parties: [{id: 1}, {id: 2}]}",
        "{lines: 5}",
        "{zones: {contact-line: 5}}",
        "{lines: [{id: [1]}]}",
        "{zones: [5]}",
    ],
)
def test_an_agreement_of_any_shape_is_refused_with_words(tmp_path: Path, agreement: str):
    path = tmp_path / "story.yaml"
    path.write_text(REFUSED.replace("AGREEMENT", agreement), encoding="utf-8")
    outcome = run_scenario(path, case)
    assert outcome.fault is not None or outcome.differences


def test_a_case_that_nobody_knows_is_told_and_stops_no_other(tmp_path: Path):
    path = tmp_path / "story.yaml"
    text = STORY.format(agreements="none").replace("agreement: none/ceasefire.yaml", "case: no-such-case")
    path.write_text(text, encoding="utf-8")

    def find(name: str) -> Path:
        raise UsageFault(f"no case {name!r}", do="name one of the casebook", example="minsk-2")

    fault = run_scenario(path, find).fault
    assert fault is not None
    assert fault.what == "no case 'no-such-case'"


def test_a_folder_without_scenarios_is_told_as_such(tmp_path: Path):
    (tmp_path / "agreement.yaml").write_text("truceline: 1\n", encoding="utf-8")
    with pytest.raises(UsageFault, match="no scenario is in"):
        scenario_files(tmp_path)


WRITTEN = {
    "other-ending.yml": "scenario: story\n",
    "after-a-line.yaml": "---\nscenario: story\n",
    "quoted.yaml": '"scenario": story\n',
    "says-first.yaml": "says: A story.\nscenario: story\n",
    "in-braces.yaml": "{says: A story., scenario: story}\n",
    "broken.yaml": "scenario: story\nexpect: [\n",
}
"""Files that are scenarios, however they are written."""


def test_a_scenario_is_run_however_it_is_written_and_what_is_none_is_named(tmp_path: Path):
    for name, text in WRITTEN.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "agreement.yaml").write_text("truceline: 1\nid: scenario\n", encoding="utf-8")
    (tmp_path / "typo.yaml").write_text("scenari: story\n", encoding="utf-8")
    assert [path.name for path in scenario_files(tmp_path)] == sorted(WRITTEN)
    assert [path.name for path in files_not_run(tmp_path)] == ["typo.yaml"]
    assert files_not_run(tmp_path / "quoted.yaml") == ()


def test_agreements_beside_the_scenarios_are_not_taken_for_any():
    assert not [path for path in scenario_files(SCENARIOS) if path.parent.name == "agreements"]


def test_exchanging_twice_changes_nothing():
    path = SCENARIOS / "agreements" / "own-lines.yaml"
    document, pair = read_strict_yaml(path), ("party-north", "party-south")
    once = exchanged(document, pair)
    assert once.value != document.value
    assert exchanged(once, pair) == document


def test_only_whole_names_are_exchanged():
    document = parse_strict_yaml("a: party-a, party-ab and third-party-a\nparty-b: party-b/x")
    assert exchanged(document, ("party-a", "party-b")).value == {
        "a": "party-b, party-ab and third-party-a",
        "party-a": "party-a/x",
    }


def test_files_keep_their_names_when_the_parties_are_exchanged(tmp_path: Path):
    zones = "[{id: yard, file: party-north.geojson, date: 2031-04-01, method: drawn by party-north}]"
    ring = [[37.0, 48.0], [38.0, 48.0], [38.0, 49.0], [37.0, 49.0], [37.0, 48.0]]
    (tmp_path / "party-north.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    text = (SCENARIOS / "agreements" / "ceasefire.yaml").read_text(encoding="utf-8")
    (tmp_path / "party-north.yaml").write_text(f"{text}zones: {zones}\n", encoding="utf-8")
    assert told(tmp_path, (f"{SCENARIOS / 'agreements'}/ceasefire.yaml", "party-north.yaml")).kept
    like = (f"{SCENARIOS / 'agreements'}/ceasefire.yaml", f"{{like: party-north.yaml, zones: {zones}}}")
    assert told(tmp_path, like).kept
    changed = ("as_of:", "changes: {zones.yard.file: party-north.geojson}\nas_of:")
    assert told(tmp_path, like, changed).kept


@settings(max_examples=60)
@given(st.floats(1.0, 30_000.0), st.floats(0.2, 0.8), st.sampled_from([1, -1]))
def test_a_position_beside_a_line_is_exactly_so_far_from_it(metres: float, along: float, side: int):
    try:
        lon, lat = beside(BENT, side, metres, along)
    except ValueFault:
        return
    found = distances_from_line(np.array([lon]), np.array([lat]), Edges.of_lines(BENT.parts))
    assert abs(float(found.metres[0]) - metres) < 0.011
    assert int(found.side[0]) == side


def _keys(schema: object) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        properties = schema.get("properties", {})
        yield from properties.items() if isinstance(properties, dict) else ()
        for inner in schema.values():
            yield from _keys(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _keys(inner)


def test_every_key_has_a_meaning_and_an_example_of_its_own():
    keys = dict(_keys(scenario_schema()))
    assert {key for key in EXAMPLES if "." not in key} == set(keys)
    for key, schema in _keys(scenario_schema()):
        assert schema.get("description"), key
        assert key in EXAMPLES[key], key


def test_every_key_is_in_the_reference():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "scenarios.md").read_text(encoding="utf-8")
    missing = [key for key, _ in _keys(scenario_schema()) if not re.search(rf"\b{key}\b", page)]
    assert not missing
