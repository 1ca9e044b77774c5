"""How long each step of locating took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Watch:
    """How long each step took, in seconds."""

    taken_s: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step; a step done twice adds up."""
        begin = time.perf_counter()
        yield
        self.taken_s[name] = self.taken_s.get(name, 0.0) + time.perf_counter() - begin
