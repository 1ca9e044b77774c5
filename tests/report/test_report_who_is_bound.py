"""Whom a text and a norm bind, and under which readings, is said as it is: drafts bind nobody, and null is a gap."""

from __future__ import annotations

from dataclasses import replace

import pytest

from truceline.agreements.register import UNNAMED
from truceline.mission.assessment import Assessment
from truceline.model import (
    Agreement,
    Because,
    Instrument,
    Norm,
    ObjectTerm,
    Requirement,
    StatusStep,
    WeaponTerm,
)
from truceline.report import compose
from truceline.report.content import Heading, Listing, Paragraph, Table
from truceline.report.edition import Edition
from truceline.report.norm_words import requirement

DRAFT = Instrument("draft", (("en", "Draft"),), "draft", (), (StatusStep("draft", "2031-01-01", ""),), ("party-north",))
SAID = replace(DRAFT, id="said", type="declaration", status=(StatusStep("announced", "2031-01-01", ""),))
TAKEN_UP = replace(SAID, id="taken-up", status=(*SAID.status, StatusStep("in-force", "2031-01-02", "")))


def with_agreement(assessment: Assessment, **changes: object) -> Assessment:
    """The made-up assessment with its agreement changed."""
    return replace(assessment, agreement=replace(assessment.agreement, **changes))


def table(assessment: Assessment, caption: str) -> Table:
    """A table of the section on what was agreed."""
    section = next(one for one in compose(assessment, "en").sections if one.id == "agreement")
    return next(one for one in section.blocks if isinstance(one, Table) and one.caption.startswith(caption))


@pytest.mark.parametrize(
    ("text", "told"), [(DRAFT, ["would bind: Northland"]), (SAID, ["would bind: Northland"]), (TAKEN_UP, ["Northland"])]
)
def test_a_draft_and_an_announcement_nobody_took_up_would_bind(
    assessment: Assessment, text: Instrument, told: list[str]
):
    rows = table(with_agreement(assessment, instruments=(text,)), "Texts, how far").rows
    assert [phrase.text for phrase in rows[0][2]] == told


def test_a_norm_says_under_which_readings_alone_it_is_held(assessment: Assessment):
    first, second = assessment.agreement.norms[:2]
    norms = (replace(first, readings=("as-announced",)), second)
    found = tuple(one for one in assessment.findings if one.norm != first.id or one.reading == "as-announced")
    rows = table(replace(with_agreement(assessment, norms=norms), findings=found), "Norms, whom").rows
    assert [phrase.text for phrase in rows[0][1]] == ["Northland", "Southland", "only under: as-announced"]
    assert [phrase.text for phrase in rows[1][1]] == ["Northland", "Southland"]


def summary_of(assessment: Assessment, norms: tuple[Norm, ...], parties: tuple[str, ...]) -> str:
    """What the summary says of the first norm when its findings are alike."""
    agreement: Agreement = assessment.agreement
    pattern = replace(assessment.findings[0], because=Because("nothing"))
    found = tuple(
        replace(pattern, id=f"{norm.id}/{party}/{reading.id}", norm=norm.id, party=party, reading=reading.id)
        for norm in norms
        for party in parties
        for reading in agreement.readings_of(norm)
    )
    changed = replace(with_agreement(assessment, norms=norms), findings=found)
    blocks = compose(changed, "en").sections[0].blocks
    texts = (phrase.text for block in blocks if isinstance(block, Paragraph) for phrase in block.phrases)
    return next(text for text in texts if "(clause c1)" in text)


def test_every_party_and_reading_is_said_only_where_it_is_every_one(assessment: Assessment):
    norm = assessment.agreement.norms[0]
    assert "for every party and reading" in summary_of(assessment, (norm,), ("party-north", "party-south"))
    alone = replace(norm, who=("party-north",))
    assert "(Northland \N{EN DASH} every reading)" in summary_of(assessment, (alone,), ("party-north",))
    narrow = replace(norm, readings=("as-announced",))
    told = summary_of(assessment, (narrow,), ("party-north", "party-south"))
    assert "(Northland, Southland \N{EN DASH} as-announced)" in told


def test_who_must_say_so_stays_a_gap_in_words(assessment: Assessment):
    edition = Edition.of(assessment, "en")
    required = Requirement(entry="determination", by=(UNNAMED,), subject="self-defence")
    assert requirement(edition, required) == "a determination, by whom, the text does not say, on self-defence"
    assert requirement(edition, replace(required, by=())) == "a determination, on self-defence"


@pytest.mark.parametrize(
    ("key", "entry", "told"),
    [
        ("requires", "determination", "nobody is named who determines it"),
        ("void_if", "determination", "nobody is named who determines it"),
        ("requires", "notice", "nobody is named whose entry of this kind counts (a notice)"),
    ],
)
def test_a_gap_tells_what_kind_of_author_is_missing(assessment: Assessment, key: str, entry: str, told: str):
    asked = {key: (Requirement(entry=entry, by=(UNNAMED,)),), "unknown": (f"{key}[0].by",)}
    norm = replace(assessment.agreement.norms[0], **asked)
    changed = with_agreement(assessment, norms=(norm, *assessment.agreement.norms[1:]))
    section = next(one for one in compose(changed, "en").sections if one.id == "agreement")
    points = [
        phrase.text for block in section.blocks if isinstance(block, Listing) for item in block.items for phrase in item
    ]
    assert any(point.endswith(f"{told}.") for point in points), points


def test_no_class_of_weapons_is_left_out_of_a_title(assessment: Assessment):
    classes = ("tank", "artillery", "mortar", "mlrs")
    thing = ObjectTerm(tuple(WeaponTerm(one) for one in classes))
    norm = replace(assessment.agreement.norms[0], object=thing)
    changed = with_agreement(assessment, norms=(norm, *assessment.agreement.norms[1:]))
    section = next(one for one in compose(changed, "en").sections if one.id == "findings")
    title = section.blocks[0]
    assert isinstance(title, Heading)
    assert title.text.endswith("(tank; artillery; mortar; multiple rocket launcher)")


def test_readings_with_one_window_and_the_same_counts_share_a_table(assessment: Assessment):
    first, second = assessment.windows[:2]
    alike = replace(first, reading=second.reading)
    counts = tuple(line for line in assessment.counts if line.reading == first.reading)
    doubled = (*counts, *(replace(line, reading=second.reading) for line in counts))
    changed = replace(assessment, windows=(first, alike), counts=doubled, series=())
    section = next(one for one in compose(changed, "en").sections if one.id == "counts")
    titles = [block.text for block in section.blocks if isinstance(block, Heading)]
    assert titles[0] == f"One window, counted alike under: {first.reading}, {second.reading}"
    assert sum(isinstance(block, Table) for block in section.blocks) == 1
    apart = next(one for one in compose(assessment, "en").sections if one.id == "counts")
    assert sum(isinstance(block, Table) for block in apart.blocks) == 2
