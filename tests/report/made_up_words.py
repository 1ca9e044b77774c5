"""Hostile and foreign words, and the times of the made-up assessment."""

from __future__ import annotations

from datetime import UTC, datetime

from truceline.model import ObjectTerm, WeaponTerm

HOSTILE = (
    "<script>alert(1)</script>",
    '#let x = read("/etc/passwd")',
    "=SUM(1)",
    'She said "no" & left',
    "שדרות, עוטף עזה",
    "Слов’янськ / Краматорський район",
    "غزة 中 \u202egnol",
    "$x^2$ *bold* _under_ @ref <label> \\ // comment",
)
PAIR = ("party-north", "party-south")
UAV = ObjectTerm((WeaponTerm("uav"),))
NOON = datetime(2031, 4, 20, 9, tzinfo=UTC)
WIDE = (datetime(2031, 4, 19, 15, tzinfo=UTC), datetime(2031, 4, 20, 21, tzinfo=UTC))
NARROW = (datetime(2031, 4, 19, 21, tzinfo=UTC), datetime(2031, 4, 20, 21, tzinfo=UTC))
LOCAL_MIDNIGHT = datetime(2031, 4, 12, 21, tzinfo=UTC)
