"""Names of places as the public may see them.

A sector's name tells where its observer stood, and so may an area's that is the words of an observer at a post: such
names stay in the mission. In all others positions are coarsened (:mod:`truceline.mission.coarse_words`).
"""

from __future__ import annotations

from truceline.mission.coarse_words import coarse_text
from truceline.model import AreaPlace, Place, SectorPlace


def public_label(place: Place) -> str:
    """A place's name as the public may see it; what would tell where its observer stood is left out."""
    return "" if isinstance(place, SectorPlace) else coarse_text(_name(place))


def told_from_a_post(place: Place) -> bool:
    """Whether a place is known by the words of an observer at a post, which stay in the mission."""
    return isinstance(place, AreaPlace) and place.public_name == ""


def _name(place: Place) -> str:
    if isinstance(place, AreaPlace) and place.public_name is not None:
        return place.public_name
    return place.label
