"""Impartiality: exchanging the two parties everywhere exchanges them in the result, and changes nothing else."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import mission_samples as samples
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import strategies as made_up
from truceline.mission.folder import Mission
from truceline.mission.gathering import gather
from truceline.mission.json_form import assessment_json
from truceline.model import Agreement, Everywhere

_ACTORS = st.sampled_from(["", "Northerners", "Southerners"])
_WHAT = st.sampled_from(["explosion", "burst", "shot", "projectile", "air-alarm", "rocket-alert", "violent-event"])


@st.composite
def rows(draw: st.DrawFn, number: int) -> str:
    """One row of the patrol's table, near the windows."""
    start = made_up.BEGIN + timedelta(minutes=draw(st.integers(-4_000, 6_000)))
    end = start + timedelta(minutes=draw(st.integers(0, 90)))
    area = draw(st.sampled_from(["Left bank", "Right bank"]))
    return f"{number},{start.isoformat()},{end.isoformat()},{area},{draw(_WHAT)},{draw(_ACTORS)},row {number}\n"


@st.composite
def tables(draw: st.DrawFn) -> str:
    """The patrol's table with up to 15 rows."""
    return samples.HEADER + "".join(draw(rows(number)) for number in range(draw(st.integers(0, 15))))


CLAIMS = (
    "party,about,quantity,low,best,high,period_start,period_end,said_by,said_on,rule,url,quote\n"
    "party-north,party-south,violations,7,7,7,2031-04-19T00:00:00Z,2031-04-20T00:00:00Z,a ministry,2031-04-21,,"
    "https://example.org/a,Seven times.\n"
    "party-south,party-north,violations,9,,,2031-04-19T00:00:00Z,2031-04-20T00:00:00Z,a president,2031-04-21,,"
    "https://example.org/b,At least nine times.\n"
)


REGISTER = (
    "key,kind,subject,by,to,start,end,sense,standing,said_by,covers_start,covers_end,place,about,option,low,best,high,"
    "value,unit,url,quote\n"
    "1,notice,c1,party-north,party-south;mechanism,2031-04-19T08:00:00Z,,,claimed,party-north" + "," * 12 + "\n"
    "2,order,c1,party-south,,2031-04-19T09:00:00Z,,,verified,mechanism" + "," * 12 + "\n"
)


def written(agreement: Agreement) -> str:
    """An agreement as its file."""
    everywhere = [norm for norm in agreement.norms if norm.where == Everywhere()] or list(agreement.norms[:1])
    record = {
        "truceline": 1,
        "id": agreement.id,
        "title": dict(agreement.titles),
        "status": agreement.status,
        "parties": [{"id": party.id, "name": dict(party.names)} for party in agreement.parties],
        "sources": [{"id": one.id, "title": one.title, "url": one.url, "date": one.date} for one in agreement.sources],
        "clauses": [
            {"id": one.id, "text": one.text, "language": one.language, "source": one.source}
            for one in agreement.clauses
        ],
        "readings": [
            {
                "id": one.id,
                "asserted_by": list(one.asserted_by),
                "start": one.window.start.isoformat(),
                "end": one.window.end.isoformat(),
                "source": one.source,
            }
            for one in agreement.readings
        ],
        "norms": [
            {
                "id": one.id,
                "kind": one.kind.value,
                "who": "each" if one.who == ("each",) else list(one.who),
                "act": one.act,
                "object": [{"weapon": term.weapon} for term in one.object.weapons] or "any",
                "where": "everywhere",
                "clause": one.clause,
                **({"readings": list(one.readings)} if one.readings else {}),
            }
            for one in everywhere
        ],
    }
    return yaml.safe_dump(record, allow_unicode=True, sort_keys=False)


def judged(folder: Path, agreement: str, table: str, *, swapped: bool) -> str:
    """The whole pipeline in a new folder, as the JSON machines get."""
    head = "swap_parties = true\n" if swapped else ""
    mission = samples.make_mission(folder, settings=head + samples.SETTINGS, agreement=agreement)
    samples.take_in(mission, table)
    _tables(mission)
    samples.conclude(mission)
    return json.dumps(assessment_json(gather(mission)), ensure_ascii=False, indent=1)


def _tables(mission: Mission) -> None:
    """The claims and the register."""
    from truceline.mission.ingesting import Intake, ingest  # noqa: PLC0415 - used here only

    for form, text in (("party-claims", CLAIMS), ("register", REGISTER)):
        path = mission.root / f"{form}.csv"
        path.write_text(text, encoding="utf-8")
        assert ingest(mission, Intake(form, path, mission.read_options()), now=samples.NOW).rejected == 0


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made_up.agreements(), tables())
def test_exchanging_the_parties_exchanges_the_result_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, agreement: Agreement, table: str
):
    folder = tmp_path_factory.mktemp("drill")
    plain = judged(folder / "plain", written(agreement), table, swapped=False)
    mirrored = judged(folder / "mirrored", written(agreement), table, swapped=True)
    assert samples.exchanged(mirrored) == plain


def test_the_drill_can_fail(tmp_path: Path):
    plain = judged(tmp_path / "plain", samples.AGREEMENT, samples.TABLE, swapped=False)
    mirrored = judged(tmp_path / "mirrored", samples.AGREEMENT, samples.TABLE, swapped=True)
    assert mirrored != plain
    assert samples.exchanged(mirrored) == plain


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_the_same_input_gives_the_same_bytes(tmp_path_factory: pytest.TempPathFactory, table: str):
    folder = tmp_path_factory.mktemp("same")
    once, again = (judged(folder / name, samples.AGREEMENT, table, swapped=False) for name in ("a", "b"))
    assert once == again
