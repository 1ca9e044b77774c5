"""Pictures and texts as they come in: what they say of themselves, read where they can do no harm, and flags on it.

A flag is a question for a person, never a verdict. What each means stands in ``docs/method/custody.md``.
"""

from truceline.sources.media.flags import Flagged, MediaFlag, flags_of_many, flags_of_one
from truceline.sources.media.reading import MediaLimits, MediaTold, read_media
from truceline.sources.media.texts import shared_words

__all__ = [
    "Flagged",
    "MediaFlag",
    "MediaLimits",
    "MediaTold",
    "flags_of_many",
    "flags_of_one",
    "read_media",
    "shared_words",
]
