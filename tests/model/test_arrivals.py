"""Sensors and arrivals: the words a file may use for them."""

from truceline.model import Medium, SensorFault


def test_the_media_are_air_and_ground() -> None:
    assert {medium.value for medium in Medium} == {"acoustic", "seismic"}


def test_every_fault_of_a_sensor_is_a_field_word() -> None:
    assert all(fault.value.replace("-", "").isalpha() for fault in SensorFault)
