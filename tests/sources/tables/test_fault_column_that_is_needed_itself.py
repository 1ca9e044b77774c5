"""A missing column whose nearest neighbour is another column the format needs."""

from __future__ import annotations

import pytest

from truceline.model import MissingColumn
from truceline.sources.tables import check_columns


def test_a_column_that_is_needed_itself_is_not_offered_for_renaming():
    with pytest.raises(MissingColumn) as fault:
        check_columns(["region", "started_at", "naive"], ["started_at", "finished_at"], where="alarms.csv line 1")
    assert "'finished_at' is missing; present are: region, started_at, naive" in fault.value.what
