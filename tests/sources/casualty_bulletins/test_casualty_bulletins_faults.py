"""One bad input per test: a bad day is rejected and the next kept, a bad file refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from truceline.model import Observation, Rejected, UnreadableFile
from truceline.sources import Record

GOOD = {"report_date": "2031-10-11", "report_period": 24, "killed": 3, "killed_truce_new": 3}
Reading = Callable[..., list[Record]]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"killed": 2}, "the parts add up to 3, killed is 2"),
        ({"killed": -1}, "killed is -1"),
        ({"killed": "3"}, "killed is '3'"),
        ({"killed": True}, "killed is True"),
        ({"killed_truce_new": None}, "killed_truce_new is None"),
        ({"killed": 10**9}, "killed is 1000000000"),
        ({"report_date": "11.10.2031"}, "not a day"),
        ({"report_date": None}, "not a day"),
        ({"report_date": "9925-10-11"}, "the year 9925"),
        ({"report_period": 30}, "report_period is 30"),
        ({"report_period": None}, "report_period is None"),
        ({"report_source": "missing"}, "without a bulletin"),
    ],
)
def test_bad_day_is_rejected_and_the_next_kept(read: Reading, wrong: dict[str, object], reason: str):
    rejected, kept, _ = read([GOOD | wrong, GOOD])
    assert isinstance(rejected, Rejected)
    assert (rejected.line, reason in rejected.reason) == (1, True)
    assert isinstance(kept, Observation)


def test_a_day_that_is_no_object_is_rejected(read: Reading):
    rejected, _, _ = read([7, GOOD])
    assert (rejected.line, rejected.raw, "no object" in rejected.reason) == (1, "7", True)


@pytest.mark.parametrize("content", ["", "{", '{"days": []}', "[" * 100_000, "[1" + "0" * 5000 + "]"])
def test_what_is_no_list_of_days_is_refused(read: Reading, content: str):
    with pytest.raises(UnreadableFile) as caught:
        read(content)
    assert caught.value.do
