"""Velocity models as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from truceline.model import InputFault, MissingColumn, ValueFault
from truceline.sources.arrivals import read_velocity_model

HEADER = "depth_km,vp_km_s,vs_km_s\n"


def read(folder: Path, text: str):
    path = folder / "layers.csv"
    path.write_text(text, encoding="utf-8")
    return read_velocity_model(path)


def test_layers_are_read_in_metres(tmp_path: Path):
    model = read(tmp_path, HEADER + "0,4.5,2.6\n2.5,6.0,3.46\n")
    assert model.top_m == (0.0, 2500.0)
    assert model.p_mps == (4500.0, 6000.0)
    assert model.s_mps == (2600.0, 3460.0)


@pytest.mark.parametrize("value", ["", "fast", "nan", "inf"])
def test_a_value_that_is_no_number_is_named_with_its_row(tmp_path: Path, value: str):
    with pytest.raises(ValueFault, match="vp_km_s") as fault:
        read(tmp_path, HEADER + f"0,5.8,3.36\n20,{value},3.75\n")
    assert "row 3" in fault.value.where


def test_metres_for_kilometres_are_refused(tmp_path: Path):
    with pytest.raises(ValueFault, match="layer 1"):
        read(tmp_path, HEADER + "0,5800,3360\n")


def test_a_missing_column_is_named(tmp_path: Path):
    with pytest.raises(MissingColumn, match="vs_km_s"):
        read(tmp_path, "depth_km,vp_km_s\n0,5.8\n")


def test_a_row_of_another_width_is_refused(tmp_path: Path):
    with pytest.raises(InputFault, match="values"):
        read(tmp_path, HEADER + "0,5.8,3.36\n20,6.5\n")
