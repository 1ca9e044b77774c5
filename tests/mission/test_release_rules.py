"""The file of release levels: what it says, and each mistake in it with its line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from truceline.mission.release_rules import DEFAULT_RULES, load_release_rules
from truceline.model import AgreementFault

GOOD = """\
truceline: 1
private_head_minutes: 15
levels:
  parties: {after_hours: 0, place: 1km}
  public: {after_hours: 48, place: none, withhold: [/replies, /dissents]}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "release.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_mission_that_sets_nothing_has_the_usual_levels(tmp_path: Path):
    assert load_release_rules(tmp_path / "release.yaml") is DEFAULT_RULES
    assert [level.after for level in DEFAULT_RULES.levels] == [timedelta(0), timedelta(days=1)]


def test_levels_are_read(tmp_path: Path):
    rules = load_release_rules(written(tmp_path, GOOD))
    parties, public = rules.levels
    assert rules.private_head_s == 900
    assert (parties.name, parties.place, parties.opens("/incidents/0/place/1km")) == ("parties", "1km", True)
    assert not parties.opens("/incidents/0/place/exact")
    assert (public.after, public.opens("/replies/3/words"), public.opens("/result")) == (timedelta(days=2), False, True)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("truceline: 1", "truceline: 2", "not version 1"),
        ("place: 1km", "place: exact", "not opened to 'exact'"),
        ("place: 1km", "place: 100m", "not opened to '100m'"),
        ("after_hours: 0", "after_hours: -1", "not a whole number"),
        ("after_hours: 0", "after_hours: true", "not a whole number"),
        ("after_hours: 0", "delay: 0", "unknown key"),
        ("[/replies, /dissents]", "[replies]", "no JSON pointer"),
        ("[/replies, /dissents]", "[/reply/*/words]", "unknown field 'reply'"),
        ("  parties:", "  stamps:", "no name of a level"),
        ("  parties:", "  Parties A:", "no name of a level"),
        ("  parties:", "  ../up:", "no name of a level"),
        ("private_head_minutes: 15", "private_head_minutes: 0", "a minute or more"),
        ("private_head_minutes: 15", "private_head_minutes: soon", "not a whole number"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, old: str, new: str, told: str):
    with pytest.raises(AgreementFault, match=told) as caught:
        load_release_rules(written(tmp_path, GOOD.replace(old, new)))
    assert "release.yaml" in caught.value.where


def test_no_level_at_all_is_a_mistake(tmp_path: Path):
    with pytest.raises(AgreementFault, match="no level"):
        load_release_rules(written(tmp_path, "truceline: 1\nlevels: {}\n"))


def test_a_level_that_sets_no_withholding_has_the_usual_one(tmp_path: Path):
    text = GOOD.replace(", withhold: [/replies, /dissents]", "")
    parties, public = load_release_rules(written(tmp_path, text)).levels
    assert public.withhold == DEFAULT_RULES.levels[1].withhold
    assert parties.withhold == ()
    opened = GOOD.replace("[/replies, /dissents]", "[]")
    assert load_release_rules(written(tmp_path, opened)).levels[1].withhold == ()
