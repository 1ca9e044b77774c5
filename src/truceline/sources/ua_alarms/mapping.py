"""Ukraine's air alarms: what each foreign column becomes.

=====================  =========================================================================
column                 noun
=====================  =========================================================================
oblast, raion,         place: a named area ``Oblast / raion / hromada`` as far as the row goes,
hromada (official)     spelled as in the feed; the first part is the mission's area
region (the others)    place: the named area
level (official)       ``oblast``: the whole area is under alarm; ``raion``, ``hromada``: a part
started_at             start of the interval (UTC in all three feeds; sense: lasted)
finished_at            end of the interval; empty: end = start and flag ``end-missing``, because
                       nobody said how long the alarm went on
naive (volunteer)      ``True``: flag ``end-invented``; the volunteers put start + 30 min when no
                       message told the end
source (official)      passed over: it is ``official`` in every row
n_subalerts … in the   passed over: derived by the maker of the Parquet file
Parquet file
=====================  =========================================================================

Every row is one *air-alarm*. Means: **reported** - what reaches us is an authority's announcement or a
volunteer's message about it, not the reading of an instrument. An alarm is a threat, not a strike, and it tells
nothing of fire on the ground.

Natural key: place and start, within the source.

Coverage. Each region that occurs is *watching* from the first start to the last end of the file; an alarm that stands
for ``stuck_after_h`` hours counts with its start only, since a slip in its end would stretch the watch over all
regions. A region is *blind* while an oblast-wide alarm stands for ``stuck_after_h`` hours or longer (such a record is
mostly one that nobody closed; in the interval file one open raion alarm swallows its whole oblast), and where an alarm
is permanent. An oblast-wide alarm without an end is taken to stand until the next oblast-wide start there, else as far
as the file reaches. A long alarm of a raion or hromada is flagged ``stuck-open`` and blinds no area.

Several files add up: a record's key holds its start and end, so an excerpt takes nothing away. When a later file states
another end of an alarm, the blind records that rested on it are revised to what that file says. What remains: an alarm
that a later file leaves out altogether stays blind, and a span that a wrong row stretched stays watched.

Licence: both feeds MIT. Credit: Vadim Klimenko's ukrainian-air-raid-sirens-dataset (volunteer rows from the
eTryvoga channel); goodfrog33/air-raid-forecasting-ukraine for the intervals.
"""

from __future__ import annotations

from datetime import UTC, datetime

from truceline.model import Phenomenon, Source, Stratum

AIR_ALARM = (Phenomenon.AIR_ALARM,)

STUCK_AFTER = "stuck_after_h"
"""Setting: the length in hours from which an alarm counts as never closed."""
DEFAULT_STUCK_AFTER_H = "24"
LONGEST_STUCK_AFTER_H = 100_000
"""No setting beyond this, which is more than eleven years, says anything."""

_DATASET = "https://github.com/Vadimkin/ukrainian-air-raid-sirens-dataset"
_ALARM_IS_NOT_A_STRIKE = "An alarm is a threat, not a strike; nothing on the ground can be seen by it."

OFFICIAL = Source(
    id="ua-official-alarms",
    title="Official air alarms of Ukraine",
    custodian="State Emergency Service of Ukraine, collected by V. Klimenko",
    stratum=Stratum.OFFICIAL_ALARM,
    senses=AIR_ALARM,
    url=_DATASET,
    licence="MIT",
    note=_ALARM_IS_NOT_A_STRIKE,
)
VOLUNTEER = Source(
    id="ua-volunteer-alarms",
    title="Air alarms of Ukraine as relayed by volunteers (eTryvoga)",
    custodian="eTryvoga channel, collected by V. Klimenko",
    stratum=Stratum.CIVILIAN,
    senses=AIR_ALARM,
    url=_DATASET,
    licence="MIT",
    note=f"{_ALARM_IS_NOT_A_STRIKE} Ends may be invented (30 minutes after the start).",
)
INTERVALS = Source(
    id="ua-oblast-intervals",
    title="Oblast intervals made from the official air alarms of Ukraine",
    custodian="goodfrog33, from the official list",
    stratum=Stratum.OFFICIAL_ALARM,
    senses=AIR_ALARM,
    url="https://github.com/goodfrog33/air-raid-forecasting-ukraine",
    licence="MIT",
    note=f"{_ALARM_IS_NOT_A_STRIKE} One unclosed raion alarm swallows its oblast: count starts, not minutes.",
)

PERMANENT_ALARMS: tuple[tuple[str, datetime], ...] = (
    ("Crimea", datetime(2022, 12, 10, 22, 22, tzinfo=UTC)),
    ("Luhanska oblast", datetime(2022, 4, 4, 16, 45, tzinfo=UTC)),
)
"""Regions whose alarm has never ended, and since when; told by the dataset's README, not by its rows."""

PERMANENT_REASON = "permanent alarm: no start can be seen"
WATCHING_REASON = "alarms of this region are listed"
