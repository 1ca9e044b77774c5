"""The evidence standard: strata and not reports, and no party's word."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.model import GRADES, TECHNICAL_STRATA, AgreementFault, Stratum, UsageFault, strata_bits, strata_of
from truceline.verification import DEFAULT_STANDARD, AttributionRule, EvidenceStandard, GradeRule, grade, grade_words
from truceline.verification.standard_file import load_standard

S = Stratum
subsets = st.sets(st.sampled_from(Stratum))


def bits(strata: Iterable[Stratum]):
    return np.array([strata_bits(strata)], dtype=np.uint32)


def graded(*strata: Stratum, dissent: Iterable[Stratum] | None = None, standard: EvidenceStandard = DEFAULT_STANDARD):
    against = None if dissent is None else bits(dissent)
    return GRADES[int(grade(bits(strata), standard, against)[0])]


@pytest.mark.parametrize(
    ("strata", "word"),
    [
        ((), "insufficient"),
        ((S.SEISMIC,), "insufficient"),
        ((S.PATROL,), "insufficient"),
        ((S.PARTY_A, S.PARTY_B), "insufficient"),
        ((S.SEISMIC, S.PARTY_A), "insufficient"),
        ((S.CIVILIAN, S.MEDIA), "possible"),
        ((S.SEISMIC, S.MEDIA), "probable"),
        ((S.SEISMIC, S.ACOUSTIC), "probable"),
        ((S.SEISMIC, S.ACOUSTIC, S.PARTY_A), "probable"),
        ((S.SEISMIC, S.PATROL, S.MEDIA), "probable"),
        ((S.SEISMIC, S.ACOUSTIC, S.PATROL), "confirmed"),
        ((S.SEISMIC, S.ACOUSTIC, S.RADAR), "confirmed"),
        ((S.PATROL, S.MEDIA, S.CIVILIAN, S.OFFICIAL_ALARM), "possible"),
    ],
)
def test_the_default_standard(strata: Iterable[Stratum], word: str):
    assert graded(*strata) == word


@given(subsets)
def test_a_partys_word_changes_no_grade(strata: set[Stratum]):
    neutral = strata - {S.PARTY_A, S.PARTY_B}
    assert graded(*strata) == graded(*neutral)


@given(subsets, st.sampled_from(Stratum))
def test_one_more_channel_never_weakens(strata: set[Stratum], further: Stratum):
    assert GRADES.index(graded(*strata, further)) >= GRADES.index(graded(*strata))


@given(subsets, subsets)
def test_technical_dissent_forbids_confirmation_and_other_dissent_changes_nothing(
    strata: set[Stratum], against: set[Stratum]
):
    word = graded(*strata, dissent=against)
    if against & TECHNICAL_STRATA:
        assert word in ("insufficient", "possible")
    else:
        assert word == graded(*strata)


@given(subsets)
def test_a_bit_set_holds_its_channels(strata: set[Stratum]):
    assert set(strata_of(strata_bits(strata))) == strata
    assert strata_bits(strata) == sum(1 << list(Stratum).index(stratum) for stratum in strata)


@given(st.lists(subsets, max_size=20))
def test_a_column_is_graded_row_by_row(rows: list[set[Stratum]]):
    column = np.concatenate([bits(row) for row in rows]) if rows else np.zeros(0, dtype=np.uint32)
    assert list(grade_words(column).words()) == [graded(*row) for row in rows]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: GradeRule("certain", 2, 3),
        lambda: GradeRule("confirmed", 3, 2),
        lambda: GradeRule("possible", 0, 1),
        lambda: EvidenceStandard(DEFAULT_STANDARD.rules[:2]),
        lambda: EvidenceStandard(DEFAULT_STANDARD.rules, interested=frozenset({S.PARTY_A})),
        lambda: EvidenceStandard(DEFAULT_STANDARD.rules, dissent_cap="confirmed"),
        lambda: EvidenceStandard(DEFAULT_STANDARD.rules, dissent_cap="posible"),
        lambda: EvidenceStandard(
            (GradeRule("confirmed", 1, 2), GradeRule("probable", 2, 2), GradeRule("possible", 0, 2))
        ),
    ],
)
def test_a_standard_that_would_trust_too_much_cannot_be_made(wrong: Callable[[], object]):
    with pytest.raises(UsageFault) as caught:
        wrong()
    assert caught.value.do
    assert caught.value.example


FILE = """\
truceline: 1
grades:
  confirmed: {technical: 2, independent: 4}
  probable: {technical: 1, independent: 3}
  possible: {technical: 0, independent: 2}
interested: [party-a, party-b, official-alarm]
dissent_cap: insufficient
"""


def loaded(tmp_path: Path, text: str):
    path = tmp_path / "standard.yaml"
    path.write_text(text, encoding="utf-8")
    return load_standard(path)


def test_a_missions_own_standard_is_read(tmp_path: Path):
    standard = loaded(tmp_path, FILE)
    assert standard.rules[0] == GradeRule("confirmed", 2, 4)
    assert standard.by_custodian
    assert standard.attribution == AttributionRule(0, 1)
    asked = loaded(tmp_path, FILE + "attribution: {technical: 1, independent: 2}\n")
    assert asked.attribution == AttributionRule(1, 2)
    assert not loaded(tmp_path, FILE + "same_physics: once\n").by_custodian
    assert graded(S.OFFICIAL_ALARM, S.MEDIA, standard=standard) == "insufficient"
    assert graded(S.MEDIA, S.PATROL, dissent=(S.RADAR,), standard=standard) == "insufficient"


@pytest.mark.parametrize(
    ("old", "new", "told", "line"),
    [
        ("grades:", "grade:", "unknown key 'grade'; the nearest known is 'grades'", 2),
        ("technical: 2", "tecnical: 2", "the nearest known is 'technical'", 3),
        ("  probable: {technical: 1, independent: 3}\n", "", "'probable' is missing", 2),
        ("technical: 2", "technical: two", "not a whole number", 3),
        ("technical: 2", "technical: 7", "counted among", 3),
        ("independent: 2", "independent: 1", "never enough", 5),
        ("official-alarm", "official-alarms", "the nearest known is 'official-alarm'", 6),
        ("[party-a, party-b, official-alarm]", "[party-a]", "never count", 1),
        ("[party-a, party-b, official-alarm]", "party-a", "not a list", 6),
        ("dissent_cap: insufficient", "dissent_cap: confirmed", "cannot be confirmed", 1),
        ("dissent_cap: insufficient", "dissent_cap: posible", "the nearest known is 'possible'", 7),
        ("dissent_cap: insufficient", "same_physics: twice", "unknown word 'twice'", 7),
        ("dissent_cap: insufficient", "attribution: {technical: 1, independent: 0}", "name nobody", 7),
        ("dissent_cap: insufficient", "attribution: {technical: 1}", "'independent' is missing", 7),
        ("dissent_cap: insufficient", "attribution: {technical: 1, independent: two}", "not a whole number", 7),
        ("truceline: 1", "truceline: 2", "not version 1", 1),
        ("truceline: 1", "truceline: true", "not version 1", 1),
        ("truceline: 1", "truceline: 1.0", "not version 1", 1),
        (FILE, "[]", "no group of keys", 1),
        (FILE, "", "no group of keys", 1),
    ],
)
def test_a_faulty_standard_is_refused_with_its_line(tmp_path: Path, old: str, new: str, told: str, line: int):
    assert old in FILE
    with pytest.raises(AgreementFault, match=told) as caught:
        loaded(tmp_path, FILE.replace(old, new, 1))
    assert f"standard.yaml:{line}" in caught.value.where
    assert caught.value.do
    assert caught.value.example


def test_a_misspelt_cap_is_told_as_such_and_not_as_dissent():
    with pytest.raises(UsageFault, match="unknown grade 'posible'"):
        EvidenceStandard(DEFAULT_STANDARD.rules, dissent_cap="posible")


def test_the_file_shown_in_the_method_page_is_the_default(tmp_path: Path):
    page = (Path(__file__).parents[2] / "docs" / "method" / "evidence-standard.md").read_text(encoding="utf-8")
    assert loaded(tmp_path, page.split("```yaml\n")[1].split("```")[0]) == DEFAULT_STANDARD
