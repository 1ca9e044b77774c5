"""The ground as flat layers: how fast P and S waves run at which depth."""

from __future__ import annotations

from dataclasses import dataclass

from truceline.model.errors import ValueFault

_EXAMPLE = "depth_km,vp_km_s,vs_km_s\n0,5.8,3.36\n20,6.5,3.75\n35,8.04,4.47"
_SLOWEST_MPS, _FASTEST_MPS = 50.0, 15_000.0
_MOST_LAYERS = 200


@dataclass(frozen=True, slots=True)
class VelocityModel:
    """Layers from the top down: depth of the top of each (m, the first 0) and speed of P and S in it (m/s).

    The last layer goes down without end. Raises :class:`ValueFault` for layers that are not in order, for speeds that
    are none, and where S is not slower than P.

    >>> VelocityModel((0.0, 5000.0), (4000.0, 6000.0), (2300.0, 3460.0)).p_mps[1]
    6000.0
    """

    top_m: tuple[float, ...]
    p_mps: tuple[float, ...]
    s_mps: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the layers."""
        layers = len(self.top_m)
        if not 1 <= layers <= _MOST_LAYERS or len(self.p_mps) != layers or len(self.s_mps) != layers:
            _fault(f"a velocity model has 1 to {_MOST_LAYERS} layers with both speeds, not {layers}")
        if self.top_m[0] != 0.0:
            _fault(f"the first layer begins at {self.top_m[0] / 1000:g} km instead of 0")
        for row in range(layers):
            p_mps, s_mps = self.p_mps[row], self.s_mps[row]
            if not _SLOWEST_MPS <= s_mps < p_mps <= _FASTEST_MPS:
                _fault(f"layer {row + 1} has P {p_mps / 1000:g} and S {s_mps / 1000:g} km/s")
            if row and not self.top_m[row - 1] < self.top_m[row]:
                _fault(f"layer {row + 1} does not lie below layer {row}")


def _fault(said: str) -> None:
    raise ValueFault(
        said,
        where="velocity model",
        do="give layers from the top down, each with P faster than S, both from 0.05 to 15 km/s",
        example=_EXAMPLE,
    )


CRUST = VelocityModel((0.0, 20_000.0, 35_000.0), (5800.0, 6500.0, 8040.0), (3360.0, 3750.0, 4470.0))
"""The crust of IASP91 (Kennett & Engdahl 1991, Geophysical Journal International 105, 429-465)."""
