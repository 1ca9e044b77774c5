"""Everything a report can say, gathered from the mission into one record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from truceline.mission.assessing import coverage_in, span_of_readings
from truceline.mission.assessment import Assessment, ImportNote, IncidentNote, LocalDay, ReadingWindow, WeighedNote
from truceline.mission.beside import SideBySide
from truceline.mission.commitments import commitments
from truceline.mission.counting import count_mission, count_side_by_side, count_windows
from truceline.mission.event_sketches import sketches_of
from truceline.mission.folder import Mission
from truceline.mission.freshness import check_assessed, holding_still
from truceline.mission.fusing import all_incidents, incident_revisions, run_file
from truceline.mission.ground_used import ground_used
from truceline.mission.logs_beside import logs_beside
from truceline.mission.outlines import map_shapes, outline_files
from truceline.model import (
    UNKNOWN_COUNT,
    Agreement,
    CountRange,
    Incident,
    IncidentDetails,
    IncidentTable,
    Interval,
    NormKind,
    Observation,
    Phenomenon,
    Place,
    Rejected,
    Target,
    TimeSense,
    UsageFault,
    Weapon,
    id_of,
    id_text,
    microseconds,
    midnight,
    moment_at,
    strata_of,
    zone,
)
from truceline.model.custody import Handling
from truceline.store import incident_details, membership_of, observation_id, observations_by_id

INCIDENTS_LISTED = 1_000
"""At most so many incidents stand in the appendix; how many were left out is said there."""
_REJECTED_LISTED = 100


def gather(
    mission: Mission, notes: Sequence[str] = (), day: date | None = None, reading: Handling | None = None
) -> Assessment:
    """The assessment of a mission as it stands: deterministic, no clock, no paths of this machine.

    With ``day``, a local day, its own counts and coverage are gathered too. ``reading`` says who reads the evidence
    that pictures of events are drawn from; with nobody it stays closed. Raises
    :class:`~truceline.model.MissionFault` when the findings are missing or older than what they rest on, and
    :class:`~truceline.model.UsageFault` for a day the information does not reach.
    """
    with holding_still(mission):
        check_assessed(mission)
        return _gathered(mission, notes, day, reading)


def _gathered(mission: Mission, notes: Sequence[str], day: date | None, reading: Handling | None) -> Assessment:
    counted = count_mission(mission)
    windows = tuple(
        ReadingWindow(reading.id, reading.window.start, reading.window.end, coverage_in(mission, reading.window))
        for reading in mission.agreement.readings
    )
    the_day = None if day is None else local_day(mission, day)
    listed, left_out = _incidents(mission, None if the_day is None else the_day.window)
    sketches = sketches_of(mission, listed, reading)
    promised = commitments(mission) if _promises(mission.agreement) else None
    return Assessment(
        case=mission.settings.id,
        agreement=mission.agreement,
        time_zone=mission.settings.time_zone,
        as_of=mission.settings.as_of,
        windows=windows,
        counts=counted.lines,
        series=counted.series,
        findings=mission.records.findings(),
        claims=mission.records.claims(),
        figures=mission.figures.published,
        incidents=tuple(note for note, _ in listed),
        incidents_left_out=left_out,
        sources=mission.records.sources(),
        imports=_imports(mission),
        rejected=_rejected(mission),
        shapes=map_shapes(mission, windows),
        outlines=outline_files(mission),
        ground=ground_used(mission.ground),
        notes=tuple(notes),
        day=the_day,
        translations=mission.translations,
        all_rules=_all_rules(mission, the_day) if mission.settings.all_rules else None,
        reconcile=logs_beside(mission, span_of_readings(mission) if the_day is None else the_day.window),
        obligations=promised.due if promised else (),
        guarantees=promised.guarantees if promised else (),
        weighed=_weighed(mission),
        sketches=sketches.drawn,
        sketches_left_out=sketches.left_out,
        sketches_lacking=sketches.without_workings,
    )


def _weighed(mission: Mission) -> WeighedNote | None:
    """What weighing came to in the newest run, if it weighed anything."""
    last = mission.records.latest_fusion()
    found = json.loads(last.linkage).get("weighed") if last else None
    if found is None:
        return None
    told, real = ((each[0], each[1], each[2]) for each in (found["told"], found["real"]))
    return WeighedNote(
        found["weighed"], found["incidents"], found["copies"], told, real, tuple(sorted(found["apart"].items()))
    )


def _promises(agreement: Agreement) -> bool:
    """Whether anything is owed that is not merely to be left undone."""
    return bool(agreement.guarantees) or any(norm.kind is NormKind.OBLIGE for norm in agreement.norms)


def _all_rules(mission: Mission, the_day: LocalDay | None) -> SideBySide:
    """The counts under every rule, those of the day first where there is one."""
    found = count_side_by_side(mission, [(reading.id, reading.window) for reading in mission.agreement.readings])
    if the_day is None:
        return found
    first = count_side_by_side(mission, [("day", the_day.window)], usual_shifts=True)
    return SideBySide((*first.lines, *found.lines), (*first.differences, *found.differences))


def local_day(mission: Mission, day: date) -> LocalDay:
    """A local day with its own counts and coverage; a day that ends after the mission's ``as_of`` is refused."""
    zone_here = zone(mission.settings.time_zone)
    window = Interval(midnight(day, zone_here), midnight(day + timedelta(days=1), zone_here))
    if window.end > mission.settings.as_of:
        raise UsageFault(
            f"the day {day.isoformat()} ends after the information does ({mission.settings.as_of.isoformat()})",
            where="--day",
            do="name an earlier day, or set as_of in mission.toml when later information has come in",
            example="--day 2025-04-20",
        )
    counted = count_windows(mission, (("day", window),), usual_shifts=True)
    return LocalDay(day, window, counted, coverage_in(mission, window))


def _incidents(
    mission: Mission, day: Interval | None
) -> tuple[tuple[tuple[IncidentNote, tuple[Observation, ...]], ...], int]:
    """Incidents inside any reading's window; of a day, and of nothing else, those that touch it."""
    windows = tuple(reading.window for reading in mission.agreement.readings)
    span = day or Interval(min(window.start for window in windows), max(window.end for window in windows))
    table = all_incidents(mission, span)
    inside = np.zeros(len(table), bool) if day is None else _shares_a_moment(table, day)
    for window in windows if day is None else ():
        inside |= _touches(table, window)
    # Casualties are told with the event they follow from, which is listed, and come from the same row.
    rows = np.flatnonzero(inside & ~table.phenomenon.equal(Phenomenon.CASUALTY))
    kept = rows[np.lexsort((table.id[rows], table.start_us[rows]))][:INCIDENTS_LISTED]
    return incidents_told(mission, table, kept), len(rows) - len(kept)


def _touches(table: IncidentTable, window: Interval) -> np.ndarray:
    """What starts inside, and what may have happened inside; an alarm that began before is not the window's."""
    start, end = microseconds(window.start), microseconds(window.end)
    starts_inside = (table.start_us >= start) & (table.start_us < end)
    return starts_inside | (table.sometime & (table.start_us < end) & (table.end_us > start))


def _shares_a_moment(table: IncidentTable, day: Interval) -> NDArray[np.bool_]:
    """What touches a day: began on it, went on into it, or may have happened on it (:meth:`Interval.overlaps`)."""
    start, end = microseconds(day.start), microseconds(day.end)
    at_an_instant = (table.start_us == table.end_us) & (table.start_us >= start)
    return np.asarray((table.start_us < end) & ((table.end_us > start) | at_an_instant))


def incident_notes(mission: Mission, table: IncidentTable, rows: np.ndarray) -> tuple[IncidentNote, ...]:
    """Incidents by row, each with the sources that tell of it and where they say so."""
    return tuple(note for note, _ in incidents_told(mission, table, rows))


def incidents_told(
    mission: Mission, table: IncidentTable, rows: np.ndarray
) -> tuple[tuple[IncidentNote, tuple[Observation, ...]], ...]:
    """The same with the observations themselves, all read at once."""
    last = mission.records.latest_fusion()
    if last is None or len(rows) == 0:
        return ()
    members = membership_of(run_file(mission, last.member_file), table.id[rows])
    revisions = incident_revisions(run_file(mission, last.incident_file), table.id[rows])
    names = _names_of_files(mission)
    details = incident_details(run_file(mission, last.incident_file), table.id[rows])
    told: dict[int, list[Observation]] = {}
    owner = dict(zip(members.observation.tolist(), members.incident.tolist(), strict=True))
    for seen, number in _with_ids(mission, list(owner)):
        told.setdefault(owner[number], []).append(seen)
    found = ((row, told[int(table.id[row])]) for row in rows.tolist())
    return tuple(
        (_with_details(_note(table, row, seen, revisions, names), details.get(int(table.id[row]))), tuple(seen))
        for row, seen in found
    )


def _with_details(note: IncidentNote, details: IncidentDetails | None) -> IncidentNote:
    """An incident with what weighing added to it: a place of its own, types with probabilities, what it replaces."""
    if details is None:
        return note
    incident = replace(
        note.incident,
        place=note.incident.place if details.place is None else details.place,
        types=tuple((Phenomenon(name), share) for name, share in details.types) if len(details.types) > 1 else (),
        replaces=tuple(map(id_text, details.replaces)),
    )
    return replace(note, incident=incident)


def _names_of_files(mission: Mission) -> dict[str, str]:
    """What files of the same bytes are called, by SHA-256; all of their names, since a row knows its bytes alone."""
    names: dict[str, dict[str, None]] = {}
    for entry in mission.records.imports():
        names.setdefault(entry.incoming.sha256, {})[entry.incoming.file_name] = None
    return {sha256: " = ".join(known) for sha256, known in names.items()}


def _place_of(told: Sequence[Observation], key: int) -> Place:
    """The place fusion gave the incident: that of its best placed member, which need not be its earliest."""
    return next((seen.place for seen in told if id_of(seen.place.key) == key), told[0].place)


def _with_ids(mission: Mission, ids: list[int]) -> list[tuple[Observation, int]]:
    return [(seen, observation_id(seen.source, seen.key)) for seen in observations_by_id(mission.archive(), ids)]


def _note(
    table: IncidentTable, row: int, told: Sequence[Observation], revisions: dict[int, int], names: dict[str, str]
) -> IncidentNote:
    number = int(table.id[row])
    incident = Incident(
        id=id_text(number),
        revision=revisions[number],
        time=_time(table, row),
        place=_place_of(told, int(table.place[row])),
        phenomenon=Phenomenon(table.phenomenon.word(row)),
        count=_count(table, row),
        strata=strata_of(int(table.strata[row])),
        observations=tuple(id_text(observation_id(seen.source, seen.key)) for seen in told),
        party=table.party.word(row),
        probability=None if np.isnan(table.probability[row]) else float(table.probability[row]),
        weapon=Weapon(weapon) if (weapon := table.weapon.word(row)) else None,
        calibre_mm=None if np.isnan(table.calibre_mm[row]) else float(table.calibre_mm[row]),
        weapon_name=table.weapon_name.word(row),
        target=Target(target) if (target := table.target.word(row)) else None,
    )
    sources = tuple(sorted({seen.source for seen in told}))
    rows = tuple(f"{names.get(seen.evidence.sha256, seen.evidence.sha256)}:{seen.evidence.line}" for seen in told)
    return IncidentNote(incident, sources, rows)


def _time(table: IncidentTable, row: int) -> Interval:
    sense = TimeSense.SOMETIME if table.sometime[row] else TimeSense.LASTED
    return Interval(moment_at(int(table.start_us[row])), moment_at(int(table.end_us[row])), sense)


def _count(table: IncidentTable, row: int) -> CountRange:
    low, best, high = (int(column[row]) for column in (table.count_low, table.count_best, table.count_high))
    return CountRange(low, None if best == UNKNOWN_COUNT else best, None if high == UNKNOWN_COUNT else high)


def _imports(mission: Mission) -> tuple[ImportNote, ...]:
    return tuple(
        ImportNote(
            format=entry.incoming.format,
            file_name=entry.incoming.file_name,
            sha256=entry.incoming.sha256,
            new=entry.outcome.new,
            already=entry.outcome.already,
            revised=entry.outcome.revised,
            rejected=entry.outcome.rejected,
            licence=entry.incoming.licence,
            credit=entry.incoming.credit,
            url=entry.incoming.url,
            options=entry.incoming.options,
        )
        for entry in mission.records.imports()
    )


def _rejected(mission: Mission) -> tuple[tuple[str, Rejected], ...]:
    return tuple(
        (entry.incoming.file_name, row)
        for entry in mission.records.imports()
        for row in mission.records.rejected(entry.number, _REJECTED_LISTED)
    )
