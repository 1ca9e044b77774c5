"""Every case of the casebook, read with nothing but the standard library and PyYAML."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

CASES = Path(__file__).resolve().parents[2] / "cases"
CASE_IDS = tuple(sorted(path.parent.name for path in CASES.glob("*/case.toml")))


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def read_case(folder: Path) -> SimpleNamespace:
    """The files of a case as plain values, and its party and reading ids in the order of the text."""
    agreement = yaml.safe_load((folder / "agreement.yaml").read_text(encoding="utf-8"))
    return SimpleNamespace(
        folder=folder,
        settings=tomllib.loads((folder / "case.toml").read_text(encoding="utf-8")),
        agreement=agreement,
        parties=[party["id"] for party in agreement["parties"]],
        actors=[actor["id"] for actor in agreement.get("actors", [])],
        readings=[reading["id"] for reading in agreement["readings"]],
        claims=read_rows(folder / "claims.csv"),
        figures=read_rows(folder / "figures.csv"),
        sources=(folder / "SOURCES.md").read_text(encoding="utf-8"),
    )


@pytest.fixture(params=CASE_IDS)
def case(request: pytest.FixtureRequest) -> SimpleNamespace:
    """One case after the other."""
    return read_case(CASES / request.param)
