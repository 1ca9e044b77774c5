"""The PDF: tagged, in its language, readable by machines, deaf to markup in names."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from truceline.mission.assessment import Assessment
from truceline.report import LANGUAGES, compose, render_pdf
from truceline.report.content import Paragraph, Phrase, paragraph
from truceline.report.pdf import _NOT_SHOWABLE, _as_json, showable


def _text(pdf: bytes, folder: Path) -> str:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed")
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([program, "-layout", str(path), "-"], check=True, capture_output=True)
    return done.stdout.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_tagged_and_says_so(assessment: Assessment, language: str):
    pdf = render_pdf(compose(assessment, language), assessment.as_of)
    assert pdf.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid:part" in pdf
    assert f"/Lang({language})".encode() in pdf.replace(b" ", b"")


def test_its_date_is_that_of_the_information(assessment: Assessment):
    assert b"2031-05-20" in render_pdf(compose(assessment), assessment.as_of)


def test_cyrillic_hebrew_and_hostile_names_are_words(assessment: Assessment, tmp_path: Path):
    text = re.sub(r"\s+", " ", _text(render_pdf(compose(assessment, "uk"), assessment.as_of), tmp_path))
    assert "Про що домовилися" in text
    assert "Слов’янськ" in text
    assert "<script>alert(1)</script>" in re.sub(r"[\s\u200b]", "", text)
    assert "#let x = read" in text
    assert re.search("[\u05d0-\u05ea]{3}", text)
    assert "4E2D" in text


def test_every_character_called_showable_can_be_shown(assessment: Assessment):
    every = "".join(chr(code) for code in range(0x20, 0x2500) if not _NOT_SHOWABLE.match(chr(code)))
    content = replace(compose(assessment), sections=(), lead=(paragraph(every),))
    assert render_pdf(content, assessment.as_of)


def test_a_character_no_font_has_is_shown_by_its_code_point():
    assert showable("中\U0001f600") == "[U+4E2D][U+1F600]"


def test_long_words_break_and_addresses_stay_whole(assessment: Assessment):
    address = "https://feeds.example/" + "a" * 60 + "/файл_alerts_events_labeled.parquet"
    content = replace(compose(assessment), sections=(), lead=(Paragraph((Phrase("b" * 64, url=address),)),))
    data = json.loads(_as_json(content))["lead"][0]["phrases"][0]
    assert data["url"] == address
    assert data["text"].split("\u200b") == ["b" * 16] * 4


def _structure(pdf: bytes, folder: Path) -> str:
    """The tags of a PDF with the words they hold, as an outside reader sees them."""
    program = shutil.which("pdfinfo")
    if program is None:
        pytest.skip("pdfinfo is not installed")
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([program, "-struct-text", str(path)], check=True, capture_output=True)
    return done.stdout.decode()


def test_an_outside_reader_finds_headings_facts_tables_and_figures(assessment: Assessment, tmp_path: Path):
    content = compose(assessment)
    told = _structure(render_pdf(content, assessment.as_of), tmp_path)
    for section in content.sections:
        assert f'H1 "{section.title}" (block)' in told
    labels = re.findall(r'Lbl \(block\)\n *Span \(inline\)\n *"([^"]*)"', told)
    assert labels[: len(content.header.rows)] == [label for label, _ in content.header.rows]
    blocks = [block for section in content.sections for block in section.blocks]
    assert len(re.findall(r"^ *Table\b", told, re.MULTILINE)) == sum(block.kind == "table" for block in blocks)
    columns = sum(len(block.columns) for block in blocks if block.kind == "table")
    assert len(re.findall(r"^ *TH\b", told, re.MULTILINE)) == columns
    assert len(re.findall(r"^ *Figure\b", told, re.MULTILINE)) == sum(block.kind == "figure" for block in blocks)
