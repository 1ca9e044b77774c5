"""What commands print stays short however many norms an agreement has: one example, and the nearest names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

CASE = """\
scenario: nothing-happens
says: A norm of another name is asked for.
case: minsk-2
as_of: "2023-01-01T00:00:00+00:00"
expect:
  - {norm: withdraw-artilery, party: each, result: complied}
  - {norm: zzz, party: each, result: complied}
"""


def test_assess_names_one_command_for_each_result_and_how_to_make_the_others(truceline: Callable, folder: Path):
    answer = truceline("assess", "-m", folder)
    commands = [line for line in answer.out.splitlines() if line.startswith("  truceline explain")]
    results = {one for one in ("complied", "breached", "undetermined", "not-yet") if one in answer.out}
    assert 0 < len(commands) <= len(results)
    assert "more, each by norm/party/reading" in answer.out


def test_a_story_that_asks_for_a_norm_that_is_not_there_gets_the_nearest(truceline: Callable, tmp_path: Path):
    story = tmp_path / "story.yaml"
    story.write_text(CASE, encoding="utf-8")
    answer = truceline("agreement", "test", story)
    assert "found: no finding on withdraw-artilery; the nearest are withdraw-artillery" in answer.out
    found = [line for line in answer.out.splitlines() if line.startswith("  found:")]
    assert max(map(len, found)) < 250
    assert any(line.startswith("  found: no finding on zzz; there are ") for line in found)
