"""A mission that asks for all evidence to be weighed: from files of every kind to incidents, revisions and reasons."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import mission_samples as samples
import mixed_mission as mixed
import numpy as np
import pyarrow.parquet as pq
import pytest
from shapely.geometry import box

from truceline.mission import fusing
from truceline.mission.explaining import explain_incident, explain_influence
from truceline.mission.folder import Mission, open_mission
from truceline.mission.fusing import all_incidents, all_observations, fuse_mission, links_file, run_file
from truceline.mission.gathering import incident_notes
from truceline.mission.settings import read_settings
from truceline.mission.weighing import evidence_of, with_outline
from truceline.model import (
    AgreementFault,
    AreaPlace,
    EllipsePlace,
    IncidentTable,
    MissionFault,
    ObservationTable,
    Stratum,
    id_text,
)
from truceline.store import incident_details, links_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every file taken in and weighed; only ever copied."""
    mission = mixed.make_mission(tmp_path_factory.mktemp("mixed") / "mission")
    for name, told in mixed.files().items():
        mixed.take_in(mission, name, told)
    fuse_mission(open_mission(mission.root), now=samples.NOW)
    return mission.root


@pytest.fixture
def weighed(made: Path, tmp_path: Path) -> Mission:
    """The mixed mission, a copy for each test."""
    return open_mission(Path(shutil.copytree(made, tmp_path / "mission")))


def as_told(table: IncidentTable) -> list[tuple]:
    columns = (table.id, table.start_us, table.end_us, table.lat, table.lon, table.radius_m, table.probability)
    rows = zip(*(column.tolist() for column in columns), table.phenomenon.words().tolist(), strict=True)
    return sorted(tuple(map(str, row)) for row in rows)


def green(mission: Mission) -> str:
    """The incident the posts heard near Greenfield."""
    table = all_incidents(mission)
    notes = incident_notes(mission, table, np.flatnonzero(table.members > 1))
    return next(note.incident.id for note in notes if "posts.geojson:2" in note.rows)


def test_posts_patrol_and_satellite_are_one_incident_with_one_place(weighed: Mission):
    note, told = explain_incident(weighed, green(weighed))
    sources = {"smm-patrols", "located-acoustic-posts", "nasa-firms", "wire", "page"}
    assert sources <= {one.source for one in told} <= sources | {"bulletin"}
    assert isinstance(note.incident.place, EllipsePlace)
    assert note.incident.place.major_m < 80.0
    assert note.incident.probability is not None
    assert note.incident.probability > 0.9
    assert Stratum.ACOUSTIC in note.incident.strata


def test_a_page_that_prints_the_wire_belongs_to_its_incident(weighed: Mission):
    table = all_incidents(weighed)
    for note in incident_notes(weighed, table, np.arange(len(table))):
        assert ("wire.csv:2" in note.rows) == ("page.csv:2" in note.rows)


def test_the_run_tells_the_number_of_incidents_with_its_interval(weighed: Mission):
    outcome = fuse_mission(weighed, now=samples.NOW)
    told = outcome.linkage["weighed"]
    assert outcome.again
    assert told["copies"] == 1
    assert told["told"][1] <= told["told"][0] <= told["told"][2]
    assert told["weighed"] == outcome.observations
    assert {one["source"] for one in told["sources"]} == set(told["false_alone"])


@pytest.mark.parametrize(
    "names",
    [
        ("patrol", "pixels", "wire", "bulletin", "page", "posts"),
        ("page", "posts", "wire", "pixels", "bulletin", "patrol"),
    ],
)
def test_the_order_in_which_files_come_in_does_not_matter(weighed: Mission, tmp_path: Path, names: tuple[str, ...]):
    other = mixed.make_mission(tmp_path / "other" / "mission")
    files = mixed.files()
    for at, name in enumerate(names):
        mixed.take_in(other, name, files[name])
        if at == 3:
            fuse_mission(open_mission(other.root), now=samples.NOW)
    fuse_mission(open_mission(other.root), now=samples.NOW)
    assert as_told(all_incidents(open_mission(other.root))) == as_told(all_incidents(weighed))


def halves(table: str) -> list[str]:
    """Every second row of a list, and the others; or events."""
    if table.startswith("{"):
        told = json.loads(table)
        return [json.dumps({**told, "features": told["features"][part::2]}) for part in (0, 1)]
    head, *rows = table.splitlines(keepends=True)
    return [head + "".join(rows[part::2]) for part in (0, 1) if rows[part::2]]


def test_a_list_that_comes_in_two_halves_gives_the_same_incidents(weighed: Mission, tmp_path: Path):
    other = mixed.make_mission(tmp_path / "other" / "mission")
    for name, (table, how) in mixed.files().items():
        for part, half in enumerate(halves(table)):
            mixed.take_in(other, name, (half, how), f"-{part}")
        fuse_mission(open_mission(other.root), now=samples.NOW)
    assert as_told(all_incidents(open_mission(other.root))) == as_told(all_incidents(weighed))


def test_an_incident_that_new_evidence_joins_names_the_ones_it_took_over(tmp_path: Path):
    mission, files = mixed.make_mission(tmp_path / "mission"), mixed.files()
    for name in ("wire", "pixels", "bulletin"):
        mixed.take_in(mission, name, files[name])
    fuse_mission(open_mission(mission.root), now=samples.NOW)
    before = {id_text(one) for one in all_incidents(open_mission(mission.root)).id.tolist()}
    for name in ("posts", "patrol", "page"):
        mixed.take_in(mission, name, files[name])
    fuse_mission(open_mission(mission.root), now=samples.NOW)
    opened = open_mission(mission.root)
    table = all_incidents(opened)
    notes = incident_notes(opened, table, np.arange(len(table)))
    changed = [note.incident for note in notes if note.incident.replaces]
    assert changed
    for incident in changed:
        assert set(incident.replaces) <= before
        assert incident.id not in before
        assert incident.revision == 2
    gone = before - {note.incident.id for note in notes}
    assert gone <= {one for incident in changed for one in incident.replaces}


def test_what_an_incident_replaced_is_still_told_after_a_run_that_left_it_alone(tmp_path: Path):
    mission, files = mixed.make_mission(tmp_path / "mission"), mixed.files()
    for names in (("wire", "pixels"), ("posts",)):
        for name in names:
            mixed.take_in(mission, name, files[name])
        fuse_mission(open_mission(mission.root), now=samples.NOW)

    def told() -> dict[int, tuple[int, ...]]:
        opened = open_mission(mission.root)
        run = opened.records.latest_fusion()
        return {key: one.replaces for key, one in incident_details(run_file(opened, run.incident_file)).items()}

    before = told()
    head, *rows = files["page"][0].splitlines(keepends=True)
    far = rows[0].replace("2031-04-10", "2031-04-28").replace("2031-04-11", "2031-04-29")
    mixed.take_in(mission, "page", (head + far, files["page"][1]))
    fuse_mission(open_mission(mission.root), now=samples.NOW)
    kept = {key: one for key, one in told().items() if one and before.get(key) == one}
    assert kept


def test_figures_with_which_a_revision_began_are_kept_until_they_drifted_too_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Every run finds each incident 0.004 less probable than the run before: the fourth is 0.012 from the first."""
    mission, files = mixed.make_mission(tmp_path / "mission"), mixed.files()
    linked, whole, told = fusing._linked, [], []

    def drifting(opened: Mission, observations: ObservationTable) -> object:
        whole[:] = whole or [linked(opened, observations)]
        fused = whole[0].fused
        probability = fused.incidents.probability - 0.004 * len(told)
        return replace(whole[0], fused=replace(fused, incidents=replace(fused.incidents, probability=probability)))

    monkeypatch.setattr(fusing, "_linked", drifting)
    for names in (("posts", "pixels", "wire"), ("page",), ("patrol",), ("bulletin",)):
        for name in names:
            mixed.take_in(mission, name, files[name])
        fuse_mission(open_mission(mission.root), now=samples.NOW)
        opened = open_mission(mission.root)
        rows = pq.read_table(run_file(opened, opened.records.latest_fusion().incident_file)).to_pylist()
        told.append({row["id"]: row for row in rows})
    for one, first in told[0].items():
        assert [run[one]["revision"] for run in told] == [1, 1, 1, 2]
        began = [first["probability"]] * 3 + [told[3][one]["probability"]]
        assert [run[one]["began_probability"] for run in told] == began
        assert len({run[one]["probability"] for run in told}) == 4


def test_explain_tells_what_each_observation_did(weighed: Mission):
    incident = green(weighed)
    _, told = explain_incident(weighed, incident)
    moved = explain_influence(weighed, incident, told)
    assert [one.observation for one in moved] == list(explain_incident(weighed, incident)[0].incident.observations)
    by_source = {one.source: one for one in moved}
    posts = by_source["located-acoustic-posts"]
    assert posts.narrowed is not None
    assert posts.narrowed > 2.0
    assert posts.narrowed == max(one.narrowed for one in moved)
    assert Stratum.ACOUSTIC not in posts.strata_left
    assert all(one.made_surer is not None and one.made_surer >= 0 for one in moved)
    assert all(0 <= (one.link or 0) <= 1 for one in moved)
    assert all(set(one.parted) <= {other.observation for other in moved} - {one.observation} for one in moved)


def test_a_copy_moves_nothing(weighed: Mission):
    table = all_incidents(weighed)
    notes = incident_notes(weighed, table, np.arange(len(table)))
    both = next(note for note in notes if "page.csv:2" in note.rows).incident.id
    note, told = explain_incident(weighed, both)
    assert isinstance(note.incident.place, EllipsePlace)
    moved = {one.source: one for one in explain_influence(weighed, both, told)}
    assert moved["page"].copy_of or moved["wire"].copy_of
    assert moved["page"].moved_m == 0.0
    assert moved["page"].narrowed == 1.0
    assert moved["page"].parted == moved["page"].joined == ()
    # The wire speaks for both: without it the page does, as exactly, but with what was learned of the page.
    assert moved["wire"].moved_m == pytest.approx(0.0, abs=0.01 * note.incident.place.minor_m)


def test_links_are_kept_with_their_probability(weighed: Mission):
    run = weighed.records.latest_fusion()
    links = links_of(run_file(weighed, links_file(run.member_file)), all_observations(weighed).id)
    assert len(links.probability) == json.loads(run.linkage)["weighed"]["links"]
    assert ((links.probability > 0) & (links.probability <= 1)).all()
    assert (links.first < links.second).all()


def test_a_named_area_takes_the_outline_of_the_next_wider_area_there_is():
    whole = AreaPlace("x", box(37, 48, 38, 49))
    outlines = {"North": whole.shape}
    assert with_outline(AreaPlace("North / Hills / Mill"), outlines).shape is whole.shape
    assert with_outline(AreaPlace("North / Hills / Mill"), outlines).name == "North / Hills / Mill"
    assert with_outline(AreaPlace("South"), outlines).shape is None


def test_by_rules_nothing_of_this_is_kept(weighed: Mission):
    path = weighed.root / "mission.toml"
    path.write_text(path.read_text().replace('linking = "likelihood"', 'linking = "rules"'), encoding="utf-8")
    opened = open_mission(weighed.root)
    with pytest.raises(MissionFault, match="linking"):
        explain_incident(opened, green(weighed))
    outcome = fuse_mission(opened, now=samples.NOW)
    assert outcome.incidents == outcome.observations
    assert "weighed" not in outcome.linkage
    run = opened.records.latest_fusion()
    columns = pq.read_schema(run_file(opened, run.incident_file)).names
    assert not {"probability", "types", "place_detail", "replaces"} & set(columns)
    assert pq.read_schema(run_file(opened, run.member_file)).names == ["incident", "observation"]


def test_what_located_events_state_of_themselves_is_weighed(weighed: Mission):
    observations = all_observations(weighed)
    stated = np.isfinite(observations.probability)
    assert stated.any()
    assert stated.tolist() == observations.source.equal("located-acoustic-posts").tolist()
    assert evidence_of(weighed, observations).probability[stated].tolist() == observations.probability[stated].tolist()


def test_a_word_of_linking_that_is_none_is_refused_with_the_nearest(tmp_path: Path):
    mission = samples.make_mission(tmp_path / "mission")
    path = mission.root / "mission.toml"
    path.write_text(samples.SETTINGS + '\n[fusion]\nlinking = "likelyhood"\n', encoding="utf-8")
    with pytest.raises(AgreementFault, match="did you mean 'likelihood'") as refused:
        read_settings(path)
    assert "line" in refused.value.where


def test_exchanging_the_parties_exchanges_the_parties_and_nothing_else(weighed: Mission, tmp_path: Path):
    other = mixed.make_mission(tmp_path / "other" / "mission")
    for name, told in mixed.files(parties=mixed.NAMES[::-1]).items():
        mixed.take_in(other, name, told)
    fuse_mission(open_mission(other.root), now=samples.NOW)
    here, there = all_incidents(weighed), all_incidents(open_mission(other.root))
    assert as_told(here) == as_told(there)
    assert set(samples.PAIR) <= set(here.party.words())
    swap = dict(zip(samples.PAIR, samples.PAIR[::-1], strict=True))
    assert [swap.get(one, one) for one in here.party.words()] == there.party.words().tolist()
