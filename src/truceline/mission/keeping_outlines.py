"""Taking a case's outlines into the mission that is made of it, whole or not at all; none are shipped."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from truceline.mission.feeds import feed_places


def keep_outlines(geometry: Path, names: Sequence[str]) -> None:
    """Copy the outlines a case names from the folder of feeds into the mission's geometry, unless they are there.

    What this machine does not have stays away, and the report says that there is no map.
    """
    folder = feed_places().folder
    if folder is None:
        return
    for name in names:
        source, kept = folder / name, geometry / name
        inside = geometry.resolve() in kept.resolve().parents
        if inside and source.is_file() and not kept.exists():
            _copy(source, kept)


def _copy(source: Path, kept: Path) -> None:
    """First under another name beside it, then renamed."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=kept.parent, prefix=".")
    os.close(handle)
    try:
        shutil.copyfile(source, beside)
        Path(beside).replace(kept)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
