"""Saying things in the reader's language: sentences, plurals, dates, times and figures.

English is the language of the code, so an English sentence is its own translation. The other languages are
catalogues in ``locale/<language>/LC_MESSAGES/truceline.po``.
"""

from __future__ import annotations

import functools
import gettext
import io
import string
from dataclasses import dataclass
from datetime import date, datetime, time
from importlib import resources
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from truceline.model import Scalar, UsageFault

LANGUAGES = ("en", "de", "uk", "ru")
"""Languages a report can be written in; the first is the one of the code."""

_SMALLEST_SHARE = 0.001
_FAR_SPACE = "\N{NO-BREAK SPACE}"


def msgid(sentence: str) -> str:
    """Mark an English sentence for translation and give it back unchanged."""
    return sentence


@functools.cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == LANGUAGES[0]:
        return gettext.NullTranslations()
    path = resources.files("truceline.report").joinpath("locale", language, "LC_MESSAGES", "truceline.po")
    with path.open("rb") as text:
        catalogue = read_po(text, locale=language)
    packed = io.BytesIO()
    write_mo(packed, catalogue)
    packed.seek(0)
    return gettext.GNUTranslations(packed)


def check_language(language: str) -> None:
    """Raise :class:`UsageFault` for a language there is no catalogue of."""
    if language not in LANGUAGES:
        raise UsageFault(
            f"no report in the language {language!r}",
            where="--lang",
            do=f"choose of {', '.join(LANGUAGES)}",
            example="--lang uk",
        )


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language and the mission's time zone: how everything in a report is worded.

    >>> Tongue("de", ZoneInfo("Europe/Kyiv")).number(12345)
    '12.345'
    """

    language: str
    zone: ZoneInfo

    @property
    def locale(self) -> Locale:
        """Babel's locale of the language."""
        return _locale(self.language)

    def say(self, sentence: str, **values: Scalar) -> str:
        """A sentence in the language, with its values put in as they are."""
        words = _catalogue(self.language).gettext(sentence) if sentence else ""
        return words.format(**values) if values else words

    def say_many(self, one: str, many: str, n: int, **values: Scalar) -> str:
        """A sentence about ``n`` things, in the plural form the language has for that number."""
        words = _catalogue(self.language).ngettext(one, many, n)
        return words.format(n=self.number(n), **values)

    def fill(self, sentence: str, values: dict[str, Scalar]) -> str:
        """A translated template whose numbers are written the way of the language.

        A format such as ``{share:.0%}`` is read as "a percentage"; any other format is left to the language.
        """
        parts = []
        for text, name, form, _ in string.Formatter().parse(self.say(sentence)):
            parts.append(text)
            if name is not None:
                parts.append(self.scalar(values[name], percent=str(form).endswith("%")))
        return "".join(parts)

    def scalar(self, value: Scalar, *, percent: bool = False) -> str:
        """One value of a template: figures in the language, words as they are, a dash for nothing."""
        if value is None:
            return "\N{EN DASH}"
        if isinstance(value, str):
            return value
        return self.share(float(value)) if percent else self.number(value)

    def number(self, value: float) -> str:
        """A figure with the language's grouping, at most two decimals."""
        return _number(value, self.language)

    def signed(self, days: int) -> str:
        """A shift in days with its sign."""
        return ("+" if days > 0 else "\N{MINUS SIGN}" if days < 0 else "") + self.number(abs(days))

    def share(self, share: float) -> str:
        """A share of 1 as a percentage; never rounded to all or nothing.

        >>> Tongue("en", ZoneInfo("UTC")).share(0.99996)
        '>99.9%'
        """
        sign = ""
        if 0.0 < share < _SMALLEST_SHARE:
            sign, share = "<", _SMALLEST_SHARE
        elif 1.0 - _SMALLEST_SHARE < share < 1.0:
            sign, share = ">", 1.0 - _SMALLEST_SHARE
        return sign + str(numbers.format_percent(round(share, 3), locale=self.locale, decimal_quantization=False))

    def full_date(self, day: date) -> str:
        """A date in full."""
        return _long_date(day, self.language)

    def short_date(self, day: date) -> str:
        """Day and month, for axes."""
        midday = datetime.combine(day, time(12), self.zone)
        return str(dates.format_skeleton("MMMd", midday, self.zone, locale=self.locale))

    def clock(self, moment: datetime) -> str:
        """Date and time of day in the mission's zone; the zone stands in the header or column."""
        return self._dated(moment, self.hour(moment))

    def hour(self, moment: datetime) -> str:
        """The time of day in the mission's zone; with its distance from UTC in the hour that comes twice.

        >>> from datetime import UTC
        >>> tongue = Tongue("en", ZoneInfo("Europe/Kyiv"))
        >>> tongue.hour(datetime(2025, 10, 26, 0, 30, tzinfo=UTC)), tongue.hour(datetime(2025, 10, 26, 2, tzinfo=UTC))
        ('03:30 (UTC+03:00)', '04:00')
        """
        local = moment.astimezone(self.zone)
        twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        return f"{local:%H:%M} ({_from_utc(local)})" if twice else f"{local:%H:%M}"

    def moment(self, moment: datetime) -> str:
        """Date, time of day and the name of the zone."""
        return f"{self._dated(moment, f'{moment.astimezone(self.zone):%H:%M}')} ({self.zone_name(moment)})"

    def _dated(self, moment: datetime, hour: str) -> str:
        return f"{self.full_date(moment.astimezone(self.zone).date())},{_FAR_SPACE}{hour}"

    def zone_name(self, moment: datetime) -> str:
        """The mission's zone with its distance from UTC at that moment."""
        return f"{self.zone.key}, {_from_utc(moment.astimezone(self.zone))}"

    def join(self, words: tuple[str, ...]) -> str:
        """Several words as a list."""
        return ", ".join(words)


def _from_utc(local: datetime) -> str:
    offset = f"{local:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}"


@functools.cache
def _locale(language: str) -> Locale:
    return Locale.parse("en_GB" if language == "en" else language)


@functools.lru_cache(maxsize=4096)
def _long_date(day: date, language: str) -> str:
    return str(dates.format_date(day, "long", locale=_locale(language)))


@functools.lru_cache(maxsize=4096)
def _number(value: float, language: str) -> str:
    return str(numbers.format_decimal(round(value, 2), locale=_locale(language)))
