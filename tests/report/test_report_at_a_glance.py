"""A text of many norms is told at a glance: a sentence of counts and a table that leads to the findings."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from truceline.mission.assessment import Assessment
from truceline.model import ANYTHING, Actor, Everywhere, Finding, Norm, NormKind, Result
from truceline.report import LANGUAGES, compose, render_html, render_pdf
from truceline.report.content import Content, Paragraph, Phrase, Table
from truceline.report.edition import Edition

DASH = "\N{EN DASH}"
MONITORS = (Actor("mission", (("en", "Joint mission"),), role="monitor"), Actor("envoy", (("en", "Envoy"),)))


def with_norms(base: Assessment, count: int, *, watched: bool = True) -> Assessment:
    """The made-up text with so many norms; the last binds the two monitors where it is watched."""
    norms = [
        Norm(f"norm-{n:02d}", NormKind.FORBID, ("each",), "ground-fire", ANYTHING, Everywhere(), "c1")
        for n in range(count)
    ]
    if watched:
        norms[-1] = replace(norms[-1], who=("mission", "envoy"))
    agreement = replace(base.agreement, norms=tuple(norms), actors=MONITORS if watched else ())
    pattern = base.findings[0]
    findings = tuple(
        replace(pattern, id=f"{norm.id}/{who}/{reading.id}", norm=norm.id, party=who, reading=reading.id)
        for norm in norms
        for who in agreement.bound_by(norm)
        for reading in agreement.readings_of(norm)
    )
    return replace(base, agreement=agreement, findings=tuple(map(_judged, findings)))


def _judged(finding: Finding) -> Finding:
    """The first norm is contested for the north, the second breached by both; everything else is open."""
    if finding.norm == "norm-00" and finding.party == "party-north" and finding.reading == "as-announced":
        return replace(finding, result=Result.COMPLIED)
    return replace(finding, result=Result.BREACHED if finding.norm == "norm-01" else Result.UNDETERMINED)


def glance(content: Content) -> tuple[str, Table]:
    """The sentence of counts and the table of the summary."""
    blocks = content.sections[0].blocks
    table = next(block for block in blocks if isinstance(block, Table))
    before = blocks[blocks.index(table) - 1]
    assert isinstance(before, Paragraph)
    return before.phrases[0].text, table


def words(cell: tuple[Phrase, ...]) -> list[str]:
    """The phrases of a field."""
    return [phrase.text for phrase in cell]


@pytest.fixture(scope="module")
def many(assessment: Assessment) -> Assessment:
    """A text of twelve norms."""
    return with_norms(assessment, 12)


@pytest.mark.parametrize(("norms", "tabled"), [(2, False), (10, False), (11, True), (40, True)])
def test_only_many_norms_are_tabled(assessment: Assessment, norms: int, tabled: bool):
    blocks = compose(with_norms(assessment, norms)).sections[0].blocks
    assert any(isinstance(block, Table) for block in blocks) is tabled
    sentences = [block.phrases[0].text for block in blocks if isinstance(block, Paragraph)]
    assert any("(clause c1)" in text for text in sentences) is not tabled


def test_every_norm_has_a_row_that_leads_to_its_findings(many: Assessment):
    content = compose(many)
    _, table = glance(content)
    headings = {
        block.id: block.text
        for section in content.sections
        for block in section.blocks
        if block.kind == "heading" and block.id
    }
    assert [row[0][0].to for row in table.rows] == [f"norm-{norm.id}" for norm in many.agreement.norms]
    assert all(headings[row[0][0].to] == row[0][0].text for row in table.rows)
    assert {row[0][1].text for row in table.rows} == {"clause c1"}


def test_a_field_says_result_and_readings_in_words_and_marks_what_is_contested(many: Assessment):
    _, table = glance(compose(many))
    assert [column.title for column in table.columns] == ["Norm", "Northland", "Southland", "Others"]
    first, second, last = table.rows[0], table.rows[1], table.rows[-1]
    assert words(first[1]) == ["contested", "complied", "as-announced", "undetermined", "from-midnight"]
    assert words(first[2]) == ["undetermined", "both readings"]
    assert words(first[3]) == [DASH]
    assert [words(cell) for cell in second[1:3]] == [["breached", "both readings"]] * 2
    assert [words(cell) for cell in last[1:]] == [
        [DASH],
        [DASH],
        ["Joint mission, Envoy", "undetermined", "both readings"],
    ]
    assert {phrase.tone for cell in second[1:3] for phrase in cell} == {"breached", "quiet"}


def test_the_sentence_counts_the_fields_for_everybody_in_the_same_words(many: Assessment):
    said, table = glance(compose(many))
    assert said.endswith(
        "Norms by result, each over all its readings: Northland – breached 1, undetermined 9, contested 1; "
        "Southland – breached 1, undetermined 10; Joint mission – undetermined 1; Envoy – undetermined 1."
    )
    shown = [words(row[1])[0] for row in table.rows]
    assert (shown.count("undetermined"), shown.count("breached"), shown.count("contested")) == (9, 1, 1)


def test_a_party_bound_by_some_readings_only_is_told_by_their_names(many: Assessment):
    content = compose(many)
    assert words(glance(content)[1].rows[2][1]) == ["undetermined", "both readings"]
    edition = Edition.of(many, "en")
    assert edition.all_of(["a", "b"], ["a", "b", "a"]) == "both readings"
    assert edition.all_of(["a", "b"], ["a", "b", "c"]) == "a, b"
    assert edition.all_of(["a"], ["a", "b"]) == "a"


def test_a_norm_of_one_reading_names_it(many: Assessment):
    norms = tuple(replace(norm, readings=("from-midnight",)) for norm in many.agreement.norms)
    one = replace(
        many,
        agreement=replace(many.agreement, norms=norms),
        findings=tuple(finding for finding in many.findings if finding.reading == "from-midnight"),
    )
    _, table = glance(compose(one))
    assert words(table.rows[0][1]) == ["undetermined", "from-midnight"]


def test_exchanged_results_give_the_exchanged_sentence_and_table(assessment: Assessment):
    plain = with_norms(assessment, 11, watched=False)
    other = {"party-north": "party-south", "party-south": "party-north"}
    swapped = replace(plain, findings=tuple(replace(one, party=other[one.party]) for one in plain.findings))
    (said, table), (mirrored, mirror) = glance(compose(plain)), glance(compose(swapped))
    assert [row[1:] for row in mirror.rows] == [(row[2], row[1]) for row in table.rows]
    of_north, of_south = (
        [re.findall(rf"{name} – ([^;.]+)", text) for text in (said, mirrored)] for name in ("Northland", "Southland")
    )
    assert of_north[0] != of_south[0]
    assert of_north == of_south[::-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_inside_the_page_has_its_target(many: Assessment, language: str):
    page = render_html(compose(many, language))
    ids = set(re.findall(r' id="([^"]+)"', page))
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert {f"norm-{norm.id}" for norm in many.agreement.norms} <= links <= ids


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_leads_from_the_table_to_the_findings(many: Assessment, language: str, tmp_path: Path):
    path = tmp_path / "report.pdf"
    path.write_bytes(render_pdf(compose(many, language), many.as_of))
    program = shutil.which("pdfinfo")
    if program is None:
        pytest.skip("pdfinfo is not installed")
    named = subprocess.run([program, "-dests", str(path)], check=True, capture_output=True).stdout.decode()
    assert all(f"norm-{norm.id}" in named for norm in many.agreement.norms)
