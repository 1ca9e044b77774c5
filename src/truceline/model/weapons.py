"""Named weapon systems, and how words for weapons are read: class, calibre in millimetres, name.

The catalogue says what a name stands for; it says nothing of who has it. ``range_m`` is the greatest range in metres
with ordinary rounds, neither rocket-assisted nor guided, as published; ``None`` where no single figure is
meant (tanks, small cannon) or the published ones differ too much. Every entry names its source; those marked *not
opened* are cited for figures that are published everywhere, and nobody has held the page beside the figure.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from truceline.model.vocabulary import Weapon

_WEG = "U.S. Army TRADOC, OPFOR Worldwide Equipment Guide, September 2001 (not opened)"
_FM = "U.S. Army, FM 100-2-3 The Soviet Army: Troops, Organization and Equipment, 1991 (not opened)"
_ODIN = "U.S. Army TRADOC, ODIN Worldwide Equipment Guide, https://odin.t2com.army.mil/WEG (not opened)"
_UDC = "https://udcusa.com/2s1_gvozdika_122mm_self-propelled_howitzer.php"
_AKATSIYA = "https://wikisum.wiki/wiki/2S3_Akatsiya"
_PION = "https://konflikty.pl/aktualnosci/wiadomosci/pancyry-piwonie-na-dalekim-wschodzie"
_SANI = "https://oladd.org/bin/content.cgi?news=1931"
_GRAD = "https://tech.wp.pl/rosjanie-ostrzelali-konwoj-humanitarny-uzyli-rakiet-grad,6745424234064480a"
_TORNADO_G = "https://de.sputniknews.com/technik/20190525325052831-hagel-tornado-russland-sowjetische-raketenwerfer-modernisierung/"
_URAGAN = "https://www.asiaplustj.info/en/news/tajikistan/security/20161216/234428 (calibre); range: " + _WEG
_SMERCH = "http://tass.com/defense/941779 (20-70 km); calibre: " + _WEG
_TORNADO_S = "http://www.weapons4trade.com/2017/05/russia-to-rearm-with-tornado-s-mlrs.html (calibre)"
_TOCHKA = "https://sauress.com/alriyadh/368306 (70 to 120 km by version)"
_ISKANDER = "http://tass.com/russia/808097 (50 to 500 km)"
_WESTERN = "https://tech.wp.pl/urzednicy-z-usa-nie-maja-watpliwosci-ta-bron-zmieni-oblicze-wojny,6764861821422368a"
_SMM_NONA = "OSCE SMM, 21 September 2017, at https://www.unian.info/war/1130488-osce-militants-redeploy-heavy-weapons-in-donbas.html"
_RAPIRA = "https://vesti.ru/article/2418042 (calibre); range: " + _WEG


@dataclass(frozen=True, slots=True)
class NamedWeapon:
    """A system of the catalogue. ``also`` lists classes observers put it in besides ``weapon``.

    ``calibre_mm`` is ``None`` for missiles, aircraft and UAVs, which are not told apart by calibre.
    """

    name: str
    weapon: Weapon
    calibre_mm: float | None
    range_m: float | None
    source: str
    aliases: tuple[str, ...] = ()
    also: tuple[Weapon, ...] = ()


@dataclass(frozen=True, slots=True)
class Armament:
    """What a row says of its weapon, put together. ``conflict`` says that its words do not fit one another."""

    weapon: Weapon | None = None
    calibre_mm: float | None = None
    name: str = ""
    conflict: bool = False


_ART, _MORTAR, _MLRS, _TANK = Weapon.ARTILLERY, Weapon.MORTAR, Weapon.MLRS, Weapon.TANK
_IFV, _AAG, _SAM = Weapon.INFANTRY_FIGHTING_VEHICLE, Weapon.ANTI_AIRCRAFT_GUN, Weapon.ANTI_AIRCRAFT_MISSILE
_ATGM, _MISSILE, _UAV, _HMG = Weapon.ANTI_TANK_MISSILE, Weapon.MISSILE, Weapon.UAV, Weapon.HEAVY_MACHINE_GUN
_GUN_OR_MORTAR, _ROCKET = (Weapon.ARTILLERY,), (Weapon.MISSILE,)

NAMED_WEAPONS: tuple[NamedWeapon, ...] = (
    NamedWeapon("MT-12", _ART, 100.0, 8_200.0, _RAPIRA, ("rapira",)),
    NamedWeapon("T-12", _ART, 100.0, 8_200.0, _WEG),
    NamedWeapon("D-44", _ART, 85.0, 15_650.0, _FM),
    NamedWeapon("D-30", _ART, 122.0, 15_300.0, _WEG, ("2a18",)),
    NamedWeapon("2S1", _ART, 122.0, 15_300.0, _UDC, ("gvozdika", "gvozdyka")),
    NamedWeapon("M-46", _ART, 130.0, 27_150.0, _WEG),
    NamedWeapon("2S3", _ART, 152.0, 18_500.0, _AKATSIYA, ("akatsiya", "akatsia")),
    NamedWeapon("D-20", _ART, 152.0, 17_400.0, _WEG),
    NamedWeapon("2A65", _ART, 152.0, 24_700.0, _WEG, ("msta-b",)),
    NamedWeapon("2S19", _ART, 152.0, 24_700.0, _WEG, ("msta-s",)),
    NamedWeapon("2A36", _ART, 152.0, 28_400.0, _WEG, ("giatsint-b", "hiatsynt-b")),
    NamedWeapon("2S5", _ART, 152.0, 28_400.0, _WEG, ("giatsint-s", "hiatsynt-s")),
    NamedWeapon("2S7", _ART, 203.0, 37_500.0, _PION, ("pion", "malka")),
    NamedWeapon("M777", _ART, 155.0, 24_700.0, _ODIN),
    NamedWeapon("M109", _ART, 155.0, None, _ODIN, ("paladin",)),
    NamedWeapon("CAESAR", _ART, 155.0, 40_000.0, _WESTERN, ("tsezar",)),
    NamedWeapon("PzH-2000", _ART, 155.0, 30_000.0, _ODIN, ("panzerhaubitze-2000",)),
    NamedWeapon("2S9", _MORTAR, 120.0, 8_850.0, _SMM_NONA + " (calibre); range: " + _WEG,
        ("nona", "nona-s"), _GUN_OR_MORTAR),
    NamedWeapon("2S23", _MORTAR, 120.0, 8_850.0, _WEG, ("nona-svk",), _GUN_OR_MORTAR),
    NamedWeapon("PM-43", _MORTAR, 120.0, 5_700.0, _WEG, ("pm-38",)),
    NamedWeapon("2B11", _MORTAR, 120.0, 7_100.0, _SANI),
    NamedWeapon("2S12", _MORTAR, 120.0, 7_100.0, _SANI),
    NamedWeapon("2B9", _MORTAR, 82.0, 4_270.0, _WEG, ("vasilek", "vasilyok")),
    NamedWeapon("2B14", _MORTAR, 82.0, 4_270.0, _WEG, ("podnos",)),
    NamedWeapon("2S4", _MORTAR, 240.0, 9_650.0, _WEG, ("tyulpan",)),
    NamedWeapon("BM-21", _MLRS, 122.0, 20_400.0, _GRAD, ("grad", "grad-1", "9p138")),
    NamedWeapon("Tornado-G", _MLRS, 122.0, None, _TORNADO_G, ("9a53-g",)),
    NamedWeapon("BM-27", _MLRS, 220.0, 35_000.0, _URAGAN, ("uragan", "uragan-1m", "9p140", "urahan")),
    NamedWeapon("BM-30", _MLRS, 300.0, 70_000.0, _SMERCH, ("smerch", "9a52")),
    NamedWeapon("Tornado-S", _MLRS, 300.0, None, _TORNADO_S, ("9a54",)),
    NamedWeapon("TOS-1", _MLRS, 220.0, None, _ODIN, ("buratino", "solntsepek", "solntsepyok", "sontsepok")),
    NamedWeapon("HIMARS", _MLRS, 227.0, 70_000.0, _ODIN + "; range with GMLRS", ("m142", "gmlrs", "khaymars"), _ROCKET),
    NamedWeapon("M270", _MLRS, 227.0, 70_000.0, _ODIN + "; range with GMLRS", (), _ROCKET),
    NamedWeapon("Tochka-U", _MISSILE, None, 120_000.0, _TOCHKA, ("9k79", "9k79-1", "ss-21")),
    NamedWeapon("Iskander-M", _MISSILE, None, 500_000.0, _ISKANDER, ("iskander", "9k720", "ss-26")),
    NamedWeapon("ATACMS", _MISSILE, None, 300_000.0, _ODIN, (), (_MLRS,)),
    NamedWeapon("T-54", _TANK, 100.0, None, _WEG),
    NamedWeapon("T-55", _TANK, 100.0, None, _WEG, ("t-54/55", "t-54/t-55")),
    NamedWeapon("T-62", _TANK, 115.0, None, _WEG),
    NamedWeapon("T-64", _TANK, 125.0, None, _WEG),
    NamedWeapon("T-72", _TANK, 125.0, None, _WEG),
    NamedWeapon("T-80", _TANK, 125.0, None, _WEG),
    NamedWeapon("T-90", _TANK, 125.0, None, _WEG),
    NamedWeapon("BMP-1", _IFV, 73.0, None, _WEG),
    NamedWeapon("BMP-2", _IFV, 30.0, None, _WEG),
    NamedWeapon("BMP-3", _IFV, 100.0, None, _WEG),
    NamedWeapon("SPG-9", Weapon.RECOILLESS_GUN, 73.0, 4_500.0, _WEG),
    NamedWeapon("AGS-17", Weapon.AUTOMATIC_GRENADE_LAUNCHER, 30.0, 1_730.0, _WEG),
    NamedWeapon("AGS-30", Weapon.AUTOMATIC_GRENADE_LAUNCHER, 30.0, 1_700.0, _ODIN),
    NamedWeapon("DShK", _HMG, 12.7, None, _WEG, ("dshkm",)),
    NamedWeapon("NSV", _HMG, 12.7, None, _WEG, ("utes", "nsvt")),
    NamedWeapon("KPV", _HMG, 14.5, None, _WEG, ("kpvt",)),
    NamedWeapon("ZU-23", _AAG, 23.0, 2_500.0, _WEG, ("zu-23-2",)),
    NamedWeapon("ZSU-23-4", _AAG, 23.0, 2_500.0, _WEG, ("shilka",)),
    NamedWeapon("S-300", _SAM, None, None, _ODIN, (), _ROCKET),
    NamedWeapon("S-400", _SAM, None, None, _ODIN, (), _ROCKET),
    NamedWeapon("Buk", _SAM, None, None, _ODIN, ("buk-m1", "9k37"), _ROCKET),
    NamedWeapon("Osa", _SAM, None, None, _WEG, ("9k33",), _ROCKET),
    NamedWeapon("Strela-10", _SAM, None, None, _WEG, ("9k35",), _ROCKET),
    NamedWeapon("Kornet", _ATGM, None, 5_500.0, _ODIN, ("9m133",), _ROCKET),
    NamedWeapon("Konkurs", _ATGM, None, 4_000.0, _WEG, ("9m113",), _ROCKET),
    NamedWeapon("Fagot", _ATGM, None, 2_500.0, _WEG, ("9m111",), _ROCKET),
    NamedWeapon("Stugna-P", _ATGM, None, 5_000.0, _ODIN, ("stugna",), _ROCKET),
    NamedWeapon("Javelin", _ATGM, None, 2_500.0, _ODIN, ("fgm-148", "dzhavelin"), _ROCKET),
    NamedWeapon("Shahed-136", _UAV, None, None, _ODIN, ("shahed", "shakhed", "shakhid", "shaheed", "geran", "geran-2")),
    NamedWeapon("Lancet", _UAV, None, None, _ODIN, ("lantset",)),
    NamedWeapon("Orlan-10", _UAV, None, None, _ODIN, ("orlan",)),
    NamedWeapon("Bayraktar-TB2", _UAV, None, None, _ODIN, ("bayraktar", "tb2")),
    NamedWeapon("FPV", _UAV, None, None, "a way of steering, no one system"),
    NamedWeapon("Mi-8", Weapon.HELICOPTER, None, None, _WEG, (), (Weapon.AIRCRAFT,)),
    NamedWeapon("Mi-24", Weapon.HELICOPTER, None, None, _WEG, (), (Weapon.AIRCRAFT,)),
    NamedWeapon("Ka-52", Weapon.HELICOPTER, None, None, _ODIN, (), (Weapon.AIRCRAFT,)),
)  # fmt: skip
"""Every named system, by kind."""

_LEAST_MM, _MOST_MM = 4.0, 700.0
_SAME_MM = 1.0
"""Calibres this near are one calibre in two writings: 152 and 152.4 mm, 76 and 76.2 mm."""

_LETTERS = dict(zip("абвгґдезиійклмнопрстуфыэ", "abvggdeziiyklmnoprstufye", strict=True)) | {
    "ё": "yo", "є": "ye", "ж": "zh", "ї": "yi", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
    "ю": "yu", "я": "ya", "ь": "", "ъ": "", "'": "", "’": "",
}  # fmt: skip
_HYPHENS = dict.fromkeys("‐‑‒–—―−", "-")
_IN_LATIN = str.maketrans(_LETTERS | _HYPHENS)
_AS_SEEN = str.maketrans({"х": "x", "×": "x", "м": "m"} | _HYPHENS)
"""Letters of figures and units that look the same in both scripts."""

_FIGURE = r"\d{1,4}(?:[.,]\d{1,2})?"
_BORES = re.compile(
    rf"(?<![\w.,-])({_FIGURE}(?:\s*(?:[-/]|or|and|to|или|або|и|і|та)\s*{_FIGURE})*)\s*-?\s*"
    r"(?:mm(?![^\W\d_])|milli?m|mиллиm|mіліm)"
)
_TIMES = re.compile(rf"(?<![\w.,-])({_FIGURE})\s*x\s*(\d{{1,3}})(?![\w.,]*\d)")
_BOUND_BEFORE = re.compile(
    r"(?:\b(?:over|above|under|below|up to|(?:less|more|larger|smaller|greater) than|at (?:least|most)|до|от|від|свыше|"
    r"более|больше|mенее|mеньше|понад|більше|mенше)|[<>≤≥])\s*$"
)
_BOUND_AFTER = re.compile(
    r"\s*(?:\+|(?:and|or|и|і|та)\s+(?:more|above|over|larger|less|below|smaller|более|больше|більше))"
)
_CASES_MM: dict[float, tuple[int, ...]] = {
    9.0: (18, 19, 21, 39), 20.0: (102, 110, 128, 139), 23.0: (115, 152), 25.0: (137, 184), 30.0: (113, 165, 173),
    35.0: (228,), 40.0: (46, 53, 365), 57.0: (347, 348),
}  # fmt: skip
"""Lengths of cartridge cases by bore: what tells "30x165" from thirty of something."""


@lru_cache(4096)
def weapon_named(words: str) -> NamedWeapon | None:
    """The system of the catalogue that the words name, in Latin or Cyrillic letters; ``None`` for none or several.

    >>> [weapon_named(words).name for words in ("BM 21", "Град", "2С1 «Гвоздика»", "T-72B3 tank")]
    ['BM-21', 'BM-21', '2S1', 'T-72']
    >>> weapon_named("tank (T-64 or T-72)"), weapon_named("howitzer, type unknown")
    (None, None)
    """
    plain = unicodedata.normalize("NFKC", words).casefold().translate(_IN_LATIN)
    pattern, meant = _names()
    found = {meant[match.lastgroup] for match in pattern.finditer(plain) if match.lastgroup}
    return found.pop() if len(found) == 1 else None


@lru_cache(4096)
def calibre_in(words: str) -> float | None:
    """The calibre in millimetres that the words state; ``None`` for none, for several, and for a bound such as "over".

    A cartridge is its bore: the second figure is the length of its case.

    >>> calibre_in("82mm mortar"), calibre_in("152-мм"), calibre_in("5.45x39"), calibre_in("12,7 mm")
    (82.0, 152.0, 5.45, 12.7)
    >>> calibre_in("25 m"), calibre_in("82/120 mm"), calibre_in("over 100 mm"), calibre_in("2 x 120 mm")
    (None, None, None, 120.0)
    """
    plain = _TIMES.sub(_bore_of, unicodedata.normalize("NFKC", words).casefold().translate(_AS_SEEN))
    stated: set[float] = set()
    for match in _BORES.finditer(plain):
        if _BOUND_BEFORE.search(plain[: match.start()]) or _BOUND_AFTER.match(plain, match.end()):
            return None
        stated |= {_number(figure) for figure in re.findall(_FIGURE, match[1])}
    least = min(stated, default=0.0)
    one = stated and max(stated) - least <= _SAME_MM and _LEAST_MM <= least <= _MOST_MM
    return least if one else None


def armament(stated: Weapon | None, calibre_mm: float | None, named: NamedWeapon | None) -> Armament:
    """Class, calibre and name put together; what the name stands for fills in what was not stated.

    Where the words do not fit one another nobody can say which is wrong: calibre and name stay unknown, the class too
    when it is what does not fit.

    >>> armament(None, None, weapon_named("D-30"))
    Armament(weapon=<Weapon.ARTILLERY: 'artillery'>, calibre_mm=122.0, name='D-30', conflict=False)
    >>> armament(Weapon.ARTILLERY, 152.0, weapon_named("D-30"))
    Armament(weapon=<Weapon.ARTILLERY: 'artillery'>, calibre_mm=None, name='', conflict=True)
    """
    if named is None:
        return Armament(stated, calibre_mm)
    if stated not in (None, named.weapon, *named.also):
        return Armament(conflict=True)
    if calibre_mm and named.calibre_mm and abs(calibre_mm - named.calibre_mm) > _SAME_MM:
        return Armament(stated or named.weapon, conflict=True)
    return Armament(stated or named.weapon, named.calibre_mm or calibre_mm, named.name)


def _bore_of(match: re.Match[str]) -> str:
    """A cartridge is written by its bore, as in 5.45x39; what is none is so many of a calibre, as in 2x120."""
    first, second = match[1], match[2]
    if not first.isdigit() or int(second) in _CASES_MM.get(float(first), ()):
        return f"{first} mm; "
    return f" {second}"


def _number(figure: str) -> float:
    return float(figure.replace(",", "."))


def _pattern(alias: str) -> str:
    """The alias as people write it: with a hyphen, a blank or neither, with the letter of a version behind a figure.

    Latin C stands for Cyrillic С, and Cyrillic В for Latin B, where somebody typed what looks the same.
    """
    parts = [re.escape(part) for part in alias.split("-")]
    if re.search(r"\d", alias):
        parts = [
            re.sub(r"(?<![a-z])s(?![a-z])", "[sc]", re.sub(r"(?<![a-z])b(?=m|\d|$)", "[bv]", part)) for part in parts
        ]
    body = ("-?" if parts[0] in {"d", "m"} else r"[\s-]{0,3}").join(parts)
    version = r"(?:[a-z]{1,3}\d{0,2})?" if alias[-1].isdigit() else ""
    return rf"(?<![a-z0-9]){body}{version}(?![a-z0-9])"


@lru_cache(1)
def _names() -> tuple[re.Pattern[str], dict[str, NamedWeapon]]:
    """One pattern for all aliases, the longest first, and what each of its groups stands for; made at first use."""
    aliases = {alias: one for one in NAMED_WEAPONS for alias in (one.name.lower(), *one.aliases)}
    longest_first = sorted(aliases, key=lambda alias: (-len(alias), alias))
    groups = {f"a{number}": alias for number, alias in enumerate(longest_first)}
    pattern = "|".join(f"(?P<{group}>{_pattern(alias)})" for group, alias in groups.items())
    return re.compile(pattern), {group: aliases[alias] for group, alias in groups.items()}
