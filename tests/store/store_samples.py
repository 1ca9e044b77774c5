"""Made-up observations, coverage, claims and register entries, and a store to bring them into."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from shapely.geometry import LineString, box

from truceline.model import (
    NAMED_WEAPONS,
    AreaPlace,
    Claim,
    CountRange,
    Coverage,
    CoverageState,
    EllipsePlace,
    EvidenceLink,
    Flag,
    Interval,
    LinePlace,
    Means,
    MirrorImage,
    Observation,
    Phenomenon,
    PointPlace,
    RegisterEntry,
    RegisterKind,
    Rejected,
    SectorPlace,
    Source,
    Standing,
    Stratum,
    Target,
    TimeSense,
    UnknownPlace,
    Weapon,
)
from truceline.model.custody import Handling
from truceline.store import (
    ArchiveFiles,
    EvidenceKeeper,
    EvidenceReader,
    ImportOutcome,
    Incoming,
    Records,
    StoreFolders,
    import_records,
    observation_table,
    open_database,
    writing,
)

BEGIN = datetime(2031, 4, 19, tzinfo=UTC)
NOW = "2031-05-01T00:00:00+00:00"
HANDLING = Handling("olena", "a test", BEGIN)
PATROL = Source("patrol", "A patrol", "the mission", Stratum.PATROL, (Phenomenon.EXPLOSION,))
Record = Observation | Coverage | Claim | RegisterEntry | Rejected


def sha(name: str) -> str:
    """The hash a made-up file of that name would have."""
    return hashlib.sha256(name.encode()).hexdigest()


def observation(number: int, file: str = "a", **changes: Any) -> Observation:  # noqa: ANN401 - any field
    """The observation that stands in a line of a file."""
    start = BEGIN + timedelta(minutes=number)
    plain: dict[str, Any] = {
        "key": f"row-{number}",
        "source": PATROL.id,
        "time": Interval(start, start + timedelta(minutes=3)),
        "place": PointPlace(48.0 + number % 7 / 10, 37.0, 500.0),
        "means": Means.HEARD,
        "phenomenon": Phenomenon.EXPLOSION,
        "evidence": EvidenceLink(sha(file), number + 2),
        "words": f"an explosion, row {number}",
    }
    return Observation(**(plain | changes))


def observations(rows: int, file: str = "a") -> Iterator[Observation]:
    """So many observations, one a minute."""
    return (observation(number, file) for number in range(rows))


def coverage(number: int, file: str = "a", **changes: Any) -> Coverage:  # noqa: ANN401 - any field
    """What the patrol could see in one hour."""
    start = BEGIN + timedelta(hours=number)
    plain: dict[str, Any] = {
        "key": f"watch-{number}",
        "source": PATROL.id,
        "area": "*",
        "time": Interval(start, start + timedelta(hours=1)),
        "state": CoverageState.WATCHING,
        "detection": ((Phenomenon.EXPLOSION, None),),
        "reason": "on patrol",
        "evidence": EvidenceLink(sha(file), number + 2),
    }
    return Coverage(**(plain | changes))


def claim(number: int, file: str = "a", **changes: Any) -> Claim:  # noqa: ANN401 - any field
    """What one party published."""
    plain: dict[str, Any] = {
        "key": f"claim-{number}",
        "party": "party-north",
        "about": "party-south",
        "quantity": "violations",
        "count": CountRange.exactly(number),
        "period": Interval(BEGIN, BEGIN + timedelta(days=1)),
        "said_by": "a ministry",
        "said_on": "2031-04-21",
        "rule": "",
        "url": "https://example.org/statement",
        "quote": "There were violations.",
        "evidence": EvidenceLink(sha(file), number + 2),
    }
    return Claim(**(plain | changes))


def entry(number: int, file: str = "a", **changes: Any) -> RegisterEntry:  # noqa: ANN401 - any field
    """What one party did on the record."""
    start = BEGIN + timedelta(hours=number)
    plain: dict[str, Any] = {
        "key": f"entry-{number}",
        "kind": RegisterKind.NOTICE,
        "subject": "return-fire",
        "by": "party-north",
        "to": ("party-south", "mechanism"),
        "time": Interval(start, start),
        "standing": Standing.CLAIMED,
        "said_by": "party-north",
        "evidence": EvidenceLink(sha(file), number + 2),
        "covers": Interval(start, start + timedelta(hours=2)),
        "count": CountRange(0, None, None),
        "value": 0.1,
        "unit": "km",
        "quote": "Fire will be returned.",
    }
    return RegisterEntry(**(plain | changes))


@dataclass(frozen=True)
class Store:
    """A store in a folder, opened when first asked for."""

    root: Path

    @property
    def folders(self) -> StoreFolders:
        """Its folders."""
        return StoreFolders(self.root)

    @cached_property
    def records(self) -> Records:
        """Its record tables."""
        self.root.mkdir(parents=True, exist_ok=True)
        return Records(open_database(self.folders.database_url))

    def bring_in(self, stream: Iterable[Record], file: str = "a") -> ImportOutcome:
        """Import a stream as the file of that name."""
        incoming = Incoming("table", f"{file}.csv", sha(file), (PATROL,))
        return import_records(self.folders, self.records, incoming, stream, now=NOW)

    @contextmanager
    def keeper(self) -> Iterator[EvidenceKeeper]:
        """The evidence, with the pen in hand."""
        records = self.records
        with writing(self.root) as pen:
            yield EvidenceKeeper(self.folders, records, pen, BEGIN)

    def reader(self) -> EvidenceReader:
        """The evidence, to be read."""
        return EvidenceReader(self.folders, self.records)

    def kept_as(self, item: str) -> Path:
        """Where the bytes of an item lie, for a test to look at or to spoil."""
        return self.folders.evidence / item[:2] / item

    def archive(self) -> ArchiveFiles:
        """The archive as readers see it."""
        revised = any(entry.outcome.revised for entry in self.records.imports())
        files = tuple(self.folders.observations / name for name in self.records.archive_files())
        return ArchiveFiles(files, self.folders.staging, revised)

    def table(self) -> dict[str, list[Any]]:
        """Every observation as plain columns, in the order readers get them."""
        table = observation_table(self.archive(), {PATROL.id: PATROL.stratum.value})
        words = ("phenomenon", "area", "party", "direction", "source", "stratum")
        figures = ("id", "place", "start_us", "end_us", "sometime", "count_low", "count_best", "count_high")
        return {name: getattr(table, name).words().tolist() for name in words} | {
            name: getattr(table, name).tolist() for name in figures
        }

    def bytes_kept(self) -> dict[str, str]:
        """Every file of the store by its hash; the lock and the database's own pages aside."""
        files = [
            path for path in self.root.rglob("*") if path.is_file() and path.name not in (".writing", "records.db")
        ]
        return {str(path.relative_to(self.root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    def rows_kept(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every record table."""
        from sqlalchemy import create_engine, select  # noqa: PLC0415 - used here only

        from truceline.store.schema import metadata  # noqa: PLC0415 - loaded in the child process

        engine = create_engine(self.folders.database_url)
        try:
            with engine.connect() as link:
                return {
                    table.name: [tuple(row) for row in link.execute(select(table))] for table in metadata.sorted_tables
                }
        finally:
            engine.dispose()


_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_NAMES = _TEXTS.filter(lambda text: bool(text.strip()))
_FRACTIONS = st.floats(-80.0, 80.0).filter(lambda number: abs(number) > 1e-3)
_SHAPES = st.one_of(
    st.none(), st.tuples(st.integers(-60, 60), st.integers(-60, 60)).map(lambda p: box(*p, p[0] + 1, p[1] + 2))
)
_DEGREES = st.floats(0.0, 360.0)
_LOBE = (_FRACTIONS, _FRACTIONS, st.floats(500.0, 1e5), st.floats(0.0, 500.0), st.floats(-360.0, 720.0))
_SHARES = st.floats(0.001, 0.999)
PLACES = st.one_of(
    st.builds(PointPlace, _FRACTIONS, _FRACTIONS, st.floats(0.0, 1e6), _TEXTS, _TEXTS),
    st.builds(
        SectorPlace, _FRACTIONS, _FRACTIONS, _DEGREES, _DEGREES, st.floats(0.0, 900.0), st.floats(1e3, 1e5), _TEXTS
    ),
    st.builds(
        AreaPlace,
        st.one_of(_NAMES, st.just("Odeska oblast / a raion / a hromada")),
        _SHAPES,
        st.one_of(st.none(), _TEXTS),
    ),
    st.builds(
        LinePlace,
        _NAMES,
        st.integers(-60, 60).map(lambda east: LineString([(east, 1), (east + 1, 2)])),
        st.floats(0, 1e4),
    ),
    st.builds(UnknownPlace, _TEXTS),
    st.builds(EllipsePlace, *_LOBE, _TEXTS, _TEXTS, st.one_of(st.none(), st.builds(MirrorImage, *_LOBE, _SHARES))),
)


@st.composite
def counts(draw: st.DrawFn) -> CountRange:
    """Any count range."""
    low, best, high = sorted(draw(st.tuples(*(st.integers(0, 10**9),) * 3)))
    kept_best, kept_high = draw(st.tuples(st.booleans(), st.booleans()))
    return CountRange(low, best if kept_best else None, high if kept_high else None, draw(_TEXTS))


@st.composite
def random_observations(draw: st.DrawFn) -> Observation:
    """An observation with anything in every field."""
    start = draw(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
    end = start + draw(st.timedeltas(timedelta(0), timedelta(days=400)))
    return Observation(
        key=draw(_TEXTS),
        source=draw(_NAMES),
        time=Interval(start, end, draw(st.sampled_from(TimeSense)), draw(_TEXTS), draw(_TEXTS)),
        place=draw(PLACES),
        means=draw(st.sampled_from(Means)),
        phenomenon=draw(st.sampled_from(Phenomenon)),
        evidence=EvidenceLink(draw(_TEXTS), draw(st.integers(1, 10**9))),
        count=draw(counts()),
        weapon=draw(st.none() | st.sampled_from(Weapon)),
        calibre_mm=draw(st.none() | st.floats(4, 700)),
        weapon_name=draw(st.sampled_from(["", *(one.name for one in NAMED_WEAPONS)])),
        target=draw(st.none() | st.sampled_from(Target)),
        party=draw(_TEXTS),
        direction=draw(_TEXTS),
        words=draw(_TEXTS),
        flags=tuple(draw(st.lists(st.sampled_from(Flag), unique=True, max_size=3))),
        probability=draw(st.none() | st.floats(0, 1)),
    )
