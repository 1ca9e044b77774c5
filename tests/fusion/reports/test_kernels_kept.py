"""Machine code of this room's kernels is anew when what they build on, here or in another room, has changed."""

from __future__ import annotations

from pathlib import Path

import truceline.fusion.reports as room
from truceline.fusion.keeping import sources


def test_a_kernel_is_made_of_modules_of_both_rooms():
    found = {f"{path.parent.name}/{path.stem}" for path in sources(Path(room.__file__).with_name("weighing.py"))}
    assert found == {
        "reports/weighing", "reports/delays", "reports/densities", "reports/settings", "fusion/compiled",
        "fusion/keeping",
    }  # fmt: skip
