"""What only one format understands is refused by every other."""

from __future__ import annotations

import pytest

from truceline.model import UsageFault
from truceline.sources import ReadOptions, check_settings, format_names, source_format


@pytest.mark.parametrize("name", format_names())
def test_a_setting_no_format_knows_is_refused(name: str):
    with pytest.raises(UsageFault, match="no setting 'nonsense'") as caught:
        check_settings(source_format(name), ReadOptions(settings=(("nonsense", "1"),)))
    assert (caught.value.where, bool(caught.value.do)) == ("--set", True)


@pytest.mark.parametrize("name", format_names())
def test_every_setting_a_format_names_is_taken(name: str):
    form = source_format(name)
    check_settings(form, ReadOptions(settings=tuple((setting, "1") for setting in form.settings)))


def test_the_nearest_setting_is_named():
    with pytest.raises(UsageFault) as caught:
        check_settings(source_format("smm-table"), ReadOptions(settings=(("report_dat", "2021-09-21"),)))
    assert caught.value.do == "did you mean report_date?"
