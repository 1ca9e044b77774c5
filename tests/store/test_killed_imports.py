"""An import killed at any moment and repeated loses nothing and doubles nothing.

The importing process ends itself with SIGKILL, which no process can catch: no clean-up of ours runs.
"""

from __future__ import annotations

import hashlib
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import store_samples as samples

from truceline.store import ImportOutcome

ROWS = 2_500
"""With 1,000 rows written at once a kill finds half a file staged."""

_IMPORT = """
import os, signal
from pathlib import Path
import store_samples as samples
from truceline.store import archive, importing, records

def die(*_arguments, **_names):
    os.kill(os.getpid(), signal.SIGKILL)

def stream(upto):
    for number, seen in enumerate(samples.observations({rows})):
        if number == upto:
            die()
        yield seen
    yield samples.coverage(1)
    yield samples.claim(1)
    yield samples.entry(1)

archive._ROWS_AT_ONCE = 1000
folder, moment = Path(sys.argv[1]), sys.argv[2]
at = int(moment) if moment.isdigit() else -1
store = samples.Store(folder)
store.records
{{
    "staged": lambda: setattr(importing, "_settle", die),
    "archive file half written": lambda: setattr(importing, "_put_in_place", half),
    "archive file in place": lambda: setattr(importing.Adding, "judge_claims", die),
    "before the register": lambda: setattr(importing.Adding, "add_register", die),
    "before the commit": lambda: setattr(importing.Adding, "add_rejected", die),
    "committed": lambda: None,
}}.get(moment, lambda: None)()
store.bring_in(stream(at))
die()
"""
_SCRIPT = _IMPORT.format(rows=ROWS).replace(
    "folder, moment =",
    """def half(_link, _staged, _target, making, **_how):
    making.write_bytes(b"PAR1 half a file")
    die()

folder, moment =""",
)
MOMENTS = [
    "1200",
    "staged",
    "archive file half written",
    "archive file in place",
    "before the register",
    "before the commit",
    "committed",
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> samples.Store:
    """A store that was never disturbed."""
    store = samples.Store(tmp_path_factory.mktemp("whole"))
    _bring_all(store)
    return store


def _bring_all(store: samples.Store) -> ImportOutcome:
    return store.bring_in([*samples.observations(ROWS), samples.coverage(1), samples.claim(1), samples.entry(1)])


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_import_repeated_is_as_if_never_killed(
    store: samples.Store,
    whole: samples.Store,
    run_python: Callable[..., subprocess.CompletedProcess[str]],
    moment: str,
):
    killed = run_python(_SCRIPT, store.root, moment)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    came_in = moment == "committed"
    assert len(store.records.imports()) == came_in
    assert len(store.table()["id"]) == (ROWS if came_in else 0)
    outcome = _bring_all(store)
    finished = moment in ("archive file in place", "before the register", "before the commit")
    assert outcome.set_aside == len(list(store.folders.strays.glob("*"))) == finished
    assert (outcome.new, outcome.already) == ((0, ROWS + 2) if came_in else (ROWS + 2, 0))
    assert store.table() == whole.table()
    assert store.records.claims() == whole.records.claims()
    assert store.records.register_entries() == whole.records.register_entries() == (samples.entry(1),)
    assert store.records.coverage() == whole.records.coverage()
    assert len(list(store.folders.observations.iterdir())) == 1
    assert list(store.folders.staging.iterdir()) == []


def test_a_second_import_killed_leaves_the_first_as_it_was(
    store: samples.Store, run_python: Callable[..., subprocess.CompletedProcess[str]]
):
    store.bring_in([samples.observation(1, "older", words="older words")], "older")
    table, rows = store.table(), store.rows_kept()
    assert run_python(_SCRIPT, store.root, "before the commit").returncode == -signal.SIGKILL
    assert (store.table(), store.rows_kept()) == (table, rows)


def test_a_killed_copy_of_evidence_is_cleared_away_and_made_again(store: samples.Store, tmp_path: Path):
    path = tmp_path / "feed.csv"
    path.write_bytes(b"a,b\n1,2\n")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    remnant = store.folders.evidence / digest[:2] / ".killed-halfway"
    remnant.parent.mkdir(parents=True)
    remnant.write_bytes(b"a,b")
    with store.keeper() as keeper:
        assert keeper.receive(path, samples.HANDLING, {}) == digest
    store.bring_in(samples.observations(1))
    assert store.kept_as(digest).read_bytes() == path.read_bytes()
    assert not remnant.exists()
