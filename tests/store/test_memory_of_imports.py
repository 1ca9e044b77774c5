"""Memory while importing depends on the chunk, not on the file."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

_SCRIPT = """
import resource
from pathlib import Path
import store_samples as samples

rows = int(sys.argv[2])
plain = samples.observation(1)
names = [name for name in plain.__slots__ if name != "key"]
values = {name: getattr(plain, name) for name in names}
store = samples.Store(Path(sys.argv[1]))
outcome = store.bring_in(samples.Observation(key=str(number), **values) for number in range(rows))
assert outcome.new == rows
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
_GROWTH_MB = 150
"""100,000 rows held as objects would be more than this."""


def test_twice_the_rows_need_hardly_more_memory(
    tmp_path: Path, run_python: Callable[..., subprocess.CompletedProcess[str]]
):
    peaks_mb = []
    for rows in (100_000, 200_000):
        done = run_python(_SCRIPT, tmp_path / str(rows), rows)
        assert done.returncode == 0, done.stderr
        peaks_mb.append(int(done.stdout) / 1024)
    assert peaks_mb[1] - peaks_mb[0] < _GROWTH_MB
