"""One file per fault: the first line of each says where the fault is and what the reader is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from truceline.agreements.loading import load_agreement, parse_agreement
from truceline.model import AgreementFault

FAULTS = sorted((Path(__file__).parent / "faults").glob("*.yaml"))
SLIPS = [path for path in FAULTS if path.stem not in {"empty", "not-a-mapping", "only-a-word"}]
"""Files that are good but for one slip; in the others nothing but the fault stands."""
PROMISE = re.compile(r"# line (\d+): (.+)")


@pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)
def test_the_fault_is_named_with_its_line(path: Path):
    promised = PROMISE.match(path.read_text(encoding="utf-8"))
    assert promised
    with pytest.raises(AgreementFault) as caught:
        load_agreement(path)
    line, words = promised.groups()
    assert words in caught.value.what
    assert f"{path}:{line}" in caught.value.where
    assert caught.value.do
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("path", SLIPS, ids=lambda path: path.stem)
def test_the_file_differs_from_the_good_one_in_its_slip_alone(path: Path):
    good = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8").splitlines()
    changed = [line for line in path.read_text(encoding="utf-8").splitlines()[1:] if line not in good]
    missing = [line for line in good if line not in path.read_text(encoding="utf-8").splitlines()]
    assert len(changed) <= 3
    assert len(missing) <= 3


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path):
    path = tmp_path / "truce.yaml"
    path.write_bytes("truceline: 1\nid: made-up\ntitle: {en: Перемир'я}\n".encode("cp1251"))
    with pytest.raises(AgreementFault, match="not UTF-8") as caught:
        load_agreement(path)
    assert caught.value.where == f"{path}:3"


def test_a_missing_file_is_told_as_such(tmp_path: Path):
    with pytest.raises(AgreementFault, match="cannot be read"):
        load_agreement(tmp_path / "nothing.yaml")


def test_a_file_nested_beyond_reason_is_refused():
    with pytest.raises(AgreementFault, match="nested too deeply"):
        parse_agreement("[" * 5000)


def test_a_file_of_unreasonable_size_is_refused(tmp_path: Path):
    path = tmp_path / "truce.yaml"
    path.write_text("# " + "x" * (5 * 1024 * 1024), encoding="utf-8")
    with pytest.raises(AgreementFault, match="larger than"):
        load_agreement(path)


def test_the_first_of_two_faults_is_told():
    text = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8")
    two = text.replace("status:", "stauts:").replace("kind:", "knd:")
    with pytest.raises(AgreementFault, match="stauts"):
        parse_agreement(two)
