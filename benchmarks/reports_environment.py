"""Where the shared generator, scorer and the peers of the reports run: an environment of its own under build/."""

from __future__ import annotations

import json
import os
import subprocess
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHARED = Path(os.environ.get("TRUCELINE_BENCH", Path(__file__).parents[2] / "shared" / "bench")) / "reports"
PEER = Path("build/bench-reports-peer")

_NEEDED = ("numpy", "pandas", "scipy")
_SPLINK = "splink==5.0.0"
_TOOL = Path(__file__).with_name("reports_peer.py")
_LIMIT_S = 1800.0


@dataclass(frozen=True)
class Peers:
    """A Python that has pandas and SciPy; ``splink`` is False where Splink cannot be had."""

    python: Path
    splink: bool

    def ask(self, step: str, folder: Path, **given: object) -> dict[str, Any]:
        """Do a step of reports_peer.py there and give back what it says."""
        command = [str(self.python), str(_TOOL), str(SHARED), step, str(folder), json.dumps(given)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_LIMIT_S)
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer


def environment(python: Path | None, *, splink: bool) -> Peers | None:
    """Make it, or take the one given; None, with a word why, where generator and scorer cannot run."""
    if not SHARED.is_dir():
        print(f"{SHARED} is no folder: set TRUCELINE_BENCH to the shared bench folder.")
        return None
    if python is None:
        python = (PEER / "bin" / "python").absolute()
        if not python.exists():
            venv.create(PEER, with_pip=True)
        if not _has(python, "pandas, scipy"):
            _install(python, _NEEDED)
    if not _has(python, "pandas, scipy"):
        print(f"{', '.join(_NEEDED)} cannot be installed in {PEER}: nothing beside the peers is measured.")
        return None
    if splink and not _has(python, "splink"):
        _install(python, (_SPLINK,))
    has = splink and _has(python, "splink")
    if splink and not has:
        print(f"{_SPLINK} cannot be installed in {PEER}: Splink is left out.")
    return Peers(python, has)


def _has(python: Path, names: str) -> bool:
    return subprocess.run([str(python), "-c", f"import {names}"], capture_output=True, check=False).returncode == 0


def _install(python: Path, names: Sequence[str]) -> None:
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", *names], capture_output=True, check=False)
