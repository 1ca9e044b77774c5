"""Every file, column, finding and key of ``locate`` stands on its page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from truceline.mission.locating.run import LocateAsked, locate_files
from truceline.mission.locating.tables import OK
from truceline.model import SensorFault

LOCATE = "reference/locate.md"
HEADERS = ("sensor,lat,lon\nA,48,37\nB,48.1,37\nC,48,37.1\n", "arrival,sensor,time\n")


def test_every_file_column_finding_and_key_is_described(page: Callable[[str], str], tmp_path: Path):
    words = set(re.findall(r"`([^`\s]+)`", page(LOCATE)))
    (tmp_path / "S.csv").write_text(HEADERS[0], encoding="utf-8")
    (tmp_path / "A.csv").write_text(HEADERS[1], encoding="utf-8")
    asked = LocateAsked(tmp_path / "S.csv", (tmp_path / "A.csv",), tmp_path / "out", quakeml=True)
    record = locate_files(asked).as_record()
    files = {path.name: path for path in (tmp_path / "out").iterdir()}
    columns = {
        name
        for file, path in files.items()
        if file.endswith(".csv")
        for name in path.read_text(encoding="utf-8").splitlines()[0].split(",")
    }
    keys = {name for name in record if name != "arrivals"} | {f"arrivals.{name}" for name in record["arrivals"]}
    findings = {OK, *map(str, SensorFault)}
    named = {name.removesuffix(".csv") for name in files}
    assert (named | columns | keys | findings) - words == set()
