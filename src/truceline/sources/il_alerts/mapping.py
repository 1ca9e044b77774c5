"""Home Front Command alerts: what each foreign column becomes.

===================  ===========================================================================
column               noun
===================  ===========================================================================
data                 place: an area named by the localities exactly as written (Hebrew, comma
                     between them); no coordinates are invented
date, time           the instant (start = end), to the second. The file names no zone: the local
                     time of Asia/Jerusalem is assumed and recorded in ``Interval.assumed_zone``
alertDate            a check: the same instant rounded to the minute. A row in which the two
                     differ by more than 2 minutes is rejected (none of the 42,002 rows of
                     2014-2024 differs by more than 30 s); an empty one is not checked
category             1 rocket-alert, 2 aircraft-alert, 10 infiltration-alert, 4 warning
category_desc        words; with the word for drill in it the row is a *drill*, whatever its
                     category, with the flag ``drill``: never counted as an alert
rid                  natural key
matrix_id            passed over
===================  ===========================================================================

Any other category that is no drill is rejected with its reason: it is not known what it would mean.

Clock changes: a local time that occurs twice (end of summer time) is taken as the first of the two; one that was
on no clock (start of summer time) is rejected: it is a slip, and nobody can tell which hour was meant (none of the
42,002 rows has one). ``assumed_zone`` names the zone, so the flag ``zone-assumed`` is not set on every row as well.

One row is one message, not one salvo: long alarms are repeated with a new ``rid``, and 169 rows of 2014-2024 repeat
another word for word. They are all kept; counting and fusing deal with them.

Coverage: the area ``Israel`` is *watching* from the first to the last row, by the archive's own claim to be complete.
Of any other area nothing is said: nobody is alerted there, whatever falls.

The second table of the same archive, the log of uploads, is refused. It holds no alerts and no times of alerts. Its
uploads of exactly 3,000 rows look cut off, but that cannot be made a record of coverage: most of them came within six
hours of one day, minutes apart, so they are refills of older rows, and nobody can say which hours lack rows.

Means: **reported** - the row is the Command's message to the public; the sensor behind it is not named.

Licence: Apache-2.0, dleshem/israel-alerts-data, from the Command's public alert history.
"""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from truceline.model import Phenomenon, Source, Stratum

COLUMNS = ("data", "date", "time", "alertDate", "category", "category_desc", "rid")
UPLOAD_LOG = ("commit", "commit_time", "alerts_added")

HOME_ZONE = ZoneInfo("Asia/Jerusalem")
RESOLUTION = timedelta(seconds=1)
"""Times are given to the second, so the last second of the file was still watched."""

LARGEST_DISAGREEMENT = timedelta(minutes=2)
"""How far ``date`` + ``time`` may lie from ``alertDate``; rounding to the minute explains 30 s."""

PHENOMENA = {
    "1": Phenomenon.ROCKET_ALERT,
    "2": Phenomenon.AIRCRAFT_ALERT,
    "4": Phenomenon.WARNING,
    "10": Phenomenon.INFILTRATION_ALERT,
}
DRILL_WORD = "תרגיל"
"""Hebrew for drill, exercise."""

WATCHED_AREA = "Israel"
"""Where the Command alerts the public: a mission that is to count this sight names its area so."""

WATCHING_REASON = "alerts to the public are listed from the first row of the archive to its last"

SOURCE = Source(
    id="il-home-front-alerts",
    title="Alerts of Israel's Home Front Command",
    custodian="Home Front Command, archived by D. Leshem",
    stratum=Stratum.OFFICIAL_ALARM,
    senses=(
        Phenomenon.ROCKET_ALERT,
        Phenomenon.AIRCRAFT_ALERT,
        Phenomenon.INFILTRATION_ALERT,
        Phenomenon.WARNING,
        Phenomenon.DRILL,
    ),
    url="https://github.com/dleshem/israel-alerts-data",
    licence="Apache-2.0",
    note="An alert is a threat, not a strike. Rows are messages: one salvo may give several.",
)
