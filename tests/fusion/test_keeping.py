"""Machine code of kernels: when it is good, and where it is read and written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import truceline.fusion.arrivals as room
from truceline.fusion.keeping import sources, stamp

ROOM = Path(room.__file__).parent


def test_a_kernel_is_made_of_its_module_and_all_it_builds_on():
    assert {path.stem for path in sources(ROOM / "starting.py")} == {
        "starting", "air", "compiled", "keeping", "network", "picks",
    }  # fmt: skip
    assert {path.stem for path in sources(ROOM / "rearranging.py")} >= {"growing", "settling", "picks", "air"}


def test_a_change_in_what_a_module_builds_on_is_noticed_and_another_is_not(tmp_path: Path):
    package = shutil.copytree(ROOM.parent, tmp_path / "fusion", ignore=shutil.ignore_patterns("__pycache__"))
    copy = package / "arrivals"
    before = stamp(copy / "starting.py")
    assert stamp(ROOM / "starting.py") == before
    (copy / "rearranging.py").write_text("# nothing that the start of an event builds on\n", encoding="utf-8")
    assert stamp(copy / "starting.py") == before
    (copy / "air.py").write_text((copy / "air.py").read_text(encoding="utf-8") + "\n", encoding="utf-8")
    after = stamp(copy / "starting.py")
    assert after != before
    (package / "compiled.py").write_text("# neither do they forget what all rooms share\n", encoding="utf-8")
    assert stamp(copy / "starting.py") != after


SCRIPT = """
from truceline.fusion.arrivals.air import flight
travel_s = flight(0.0, 0.0, 3400.0, 0.0, 340.0, 0.0, 0.0)[0]
print(travel_s, sum(flight.stats.cache_hits.values()), flight._cache.cache_path)
"""


def run(folder: Path, **told: str) -> tuple[float, int, str]:
    """Call one kernel in another process; the travel time, how often its code was found, and where it is written."""
    around = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA")}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env={**around, "PYTHONPATH": str(folder), **told}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    first, second, third = done.stdout.split(maxsplit=2)
    return float(first), int(second), third.strip()


def test_code_is_read_beside_the_module_though_it_may_be_written_elsewhere_only(tmp_path: Path):
    package = tmp_path / "truceline"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOM.parents[1], package, ignore=ignore)
    travel, hits, where = run(tmp_path)
    assert (round(travel, 6), hits) == (10.0, 0)
    assert where == str(package / "fusion" / "arrivals" / "__pycache__")
    elsewhere = str(tmp_path / "cache")
    travel, hits, where = run(tmp_path, NUMBA_CACHE_DIR=elsewhere)
    assert (round(travel, 6), hits) == (10.0, 1)
    assert where.startswith(elsewhere)
    assert not list(Path(elsewhere).rglob("*.nbc"))
