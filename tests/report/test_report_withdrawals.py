"""A withdrawal leads out of its place: every one of the casebook reads so, in every language."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from truceline.agreements.deeds import WITHDRAWALS
from truceline.agreements.loading import load_agreement
from truceline.mission.assessment import Assessment
from truceline.model import AllOf, AnyOf, Everywhere, InBand, InZone, Norm, Outside, Side, Where
from truceline.report import LANGUAGES
from truceline.report.edition import Edition
from truceline.report.norm_words import place

CASES = Path(__file__).parents[2] / "cases"
OUT = {
    "en": ("out of the strip: ", "out of "),
    "de": ("heraus aus dem Streifen: ", "heraus aus "),
    "uk": ("за межі смуги: ", "за межі "),
    "ru": ("за пределы полосы: ", "за пределы "),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", sorted(path.parent.name for path in CASES.glob("*/agreement.yaml")))
def test_every_withdrawal_of_the_casebook_leads_out_of_its_place(assessment: Assessment, case: str, language: str):
    agreement = load_agreement(CASES / case / "agreement.yaml")
    edition = Edition.of(replace(assessment, agreement=agreement), language)
    strip, other = OUT[language]
    for norm in agreement.norms:
        told = [phrase.text for phrase in place(edition, norm) if phrase.tone != "quiet"]
        for party in agreement.parties:
            told = [text.removeprefix(f"{edition.party(party.id)}: ") for text in told]
        leads = strip if isinstance(norm.where, InBand) else other
        withdrawal = norm.act in WITHDRAWALS and not isinstance(norm.where, Everywhere)
        assert all(text.startswith(leads) is withdrawal for text in told), (norm.id, told)


def test_each_party_leaves_the_strip_of_its_own_line(assessment: Assessment):
    own = InBand((("party-north", "one"), ("party-south", "two")), 0.0, 25_000.0, Side.BOTH)
    assert where(assessment, "withdraw-weapons", own) == [
        "Northland: out of the strip: 0–25 km from one, on both sides",
        "Southland: out of the strip: 0–25 km from two, on both sides",
    ]


def where(assessment: Assessment, act: str, place_told: Where) -> list[str]:
    """What a norm on an act at a place says of the place."""
    norm: Norm = replace(assessment.agreement.norms[0], act=act, where=place_told)
    return [phrase.text for phrase in place(Edition.of(assessment, "en"), norm) if phrase.tone != "quiet"]


def test_a_strip_a_zone_and_a_place_put_together_are_left(assessment: Assessment):
    band = InBand((("each", "contact"),), 0.0, 25_000.0, Side.BOTH)
    assert where(assessment, "withdraw-weapons", band) == ["out of the strip: 0–25 km from contact, on both sides"]
    assert where(assessment, "withdraw-forces", InZone("zolote")) == ["out of zolote"]
    beyond = Outside(InZone("zones"))
    assert where(assessment, "withdraw-forces", beyond) == ["out of all that lies here: not in: zones"]
    assert where(assessment, "troop-presence", InZone("zolote")) == ["zolote"]


def test_places_inside_places_stand_in_brackets(assessment: Assessment):
    one, other = (
        AnyOf((InZone("a"), AllOf((InZone("b"), InZone("c"))))),
        AllOf((AnyOf((InZone("a"), InZone("b"))), InZone("c"))),
    )
    assert where(assessment, "troop-presence", one) == ["in any of: a; (in each of: b; c)"]
    assert where(assessment, "troop-presence", other) == ["in each of: (in any of: a; b); c"]
    assert where(assessment, "troop-presence", Outside(one)) == ["not in: (in any of: a; (in each of: b; c))"]
