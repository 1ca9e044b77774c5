"""A mapping drafted from a table's header and first rows, for a person to check and complete.

What is recognised (by HXL tag first, by name second) is filled in; what only a person can know (who observes, which
zone, what a word means) is left empty with a comment, and an empty value is an error when the mapping is used.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from truceline.model import InputFault, Phenomenon, TimeSense, UnreadableFile
from truceline.sources.free_table.fields import FIELDS
from truceline.sources.free_table.layout import Layout, layout_in_force
from truceline.sources.free_table.moments import time_reader
from truceline.sources.protocol import ReadOptions
from truceline.sources.tables import is_hxl_row, read_lines

_ROWS = 500
_WORDS_SHOWN = 40
_TAGS: tuple[tuple[str, str], ...] = (
    (r"#date\+end\b", "end"),
    (r"#date(\+start|\+occurred|$)", "start"),
    (r"#geo\+lat", "lat"),
    (r"#geo\+lon", "lon"),
    (r"#geo\+(precision|radius)", "radius_m"),
    (r"#adm[1-5](\+name|$)|#(country|region)(\+name|$)", "area"),
    (r"#loc(\+name|$)", "place"),
    (r"#event(\+type|$)|#cause", "phenomenon"),
    (r"#(event|meta|crisis)\+(id|code)", "key"),
    (r"#(affected|indicator|impact)\S*\+min", "count_low"),
    (r"#(affected|indicator|impact)\S*\+max", "count_high"),
    (r"#(affected|indicator|impact)\S*\+(num|best)|#affected$", "count"),
    (r"#(org|group|actor)", "party"),
    (r"#description|#meta\+(notes|comments)", "words"),
)
_NAMES: dict[str, str] = {
    "key": r"(event_?|row_?|record_?)?id(entifier)?|key|uuid",
    "start": r"(date_?)?(time_?)?start(ed)?(_?(at|date|time))?|begin|date(_?and)?_?(time)?|time(stamp)?|when|occurred",
    "end": r"(date_?)?(time_?)?(end|finish)(ed)?(_?(at|date|time))?|until",
    "duration_min": r"duration(_?min(utes)?)?",
    "lat": r"lat(itude)?|y",
    "lon": r"lon(g|gitude)?|lng|x",
    "radius_m": r"radius(_?m)?|accuracy(_?m)?",
    "area": r"area|region|oblast|adm1(_?name)?|province|district",
    "place": r"place|location|settlement|where",
    "phenomenon": r"phenomenon|event_?type|type|observation|what|event",
    "means": r"means",
    "count": r"count|number|no|how_many|quantity|num",
    "count_low": r"(count_?)?(low|min)",
    "count_best": r"(count_?)?best",
    "count_high": r"(count_?)?(high|max)",
    "weapon": r"weapon(_?type)?",
    "calibre_mm": r"calib(re|er)(_?mm)?",
    "weapon_name": r"weapon_?(name|system)",
    "target": r"target(_?(type|class))?",
    "party": r"party|side|actor|side_a",
    "direction": r"direction",
    "words": r"words|description|notes?|remarks?|comments?|text",
}
_FORMS = (
    "iso",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
)


@dataclass(frozen=True)
class _Sample:
    """The head of a table."""

    header: tuple[str, ...]
    tags: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> list[str]:
        at = self.header.index(name)
        return [row[at].strip() for row in self.rows if at < len(row) and row[at].strip()]


def draft_mapping(path: Path, options: ReadOptions | None = None) -> str:
    """A commented mapping file for the table at ``path``; raises :class:`UnreadableFile` when it has no header.

    Encoding and settings in ``options`` say how the table lies in its file; the draft keeps them.
    """
    layout = layout_in_force(options or ReadOptions())
    sample = _sample(path, layout)
    fields = recognise(sample.header, sample.tags)
    parts = (
        f"# Drafted from {path.name}: check every line, fill in what is empty, remove what does not apply.",
        "truceline: 1",
        "rows: observations        # or watching, when each row says when the source watched",
        _source_part(),
        _file_part(layout),
        _time_part(sample, fields),
        _columns_part(sample, fields),
        _constants_part(fields),
        _translate_part(sample, fields),
        "coverage: not stated      # or a list of spans: - {area: '*', start: ..., end: ..., state: watching}",
    )
    return "\n".join(part for part in parts if part) + "\n"


def recognise(header: Sequence[str], tags: Sequence[str] = ()) -> dict[str, str]:
    """Which column seems to hold which field, each column once; HXL tags go before names.

    >>> recognise(["Fecha", "latitude", "Longitude"], ["#date+start", "", ""])
    {'start': 'Fecha', 'lat': 'latitude', 'lon': 'Longitude'}
    """
    found: dict[str, str] = {}
    for name, tag in zip(header, itertools.chain(tags, itertools.repeat("")), strict=False):
        field = next((field for pattern, field in _TAGS if re.match(pattern, "".join(tag.lower().split()))), "")
        if field and name:
            found.setdefault(field, name)
    for name in header:
        plain = re.sub(r"[\s./,-]+", "_", name.strip().lower()).strip("_")
        field = next((field for field, pattern in _NAMES.items() if re.fullmatch(pattern, plain)), "")
        if field and name not in found.values() and header.count(name) == 1:
            found.setdefault(field, name)
    if "count_low" in found:
        found.pop("count", None)
    if "end" in found:
        found.pop("duration_min", None)
    return {field: found[field] for field in FIELDS if field in found}


def _sample(path: Path, layout: Layout) -> _Sample:
    lines = read_lines(
        path,
        encoding=layout.encoding,
        delimiter=layout.delimiter,
        sheet=layout.sheet,
        header_line=layout.header_line,
    )
    head = [
        values for line, values in itertools.islice(lines, layout.header_line + _ROWS) if line >= layout.header_line
    ]
    header = tuple(name.strip() for name in head[0]) if head else ()
    if not any(header):
        raise UnreadableFile(
            f"line {layout.header_line} names no columns",
            where=str(path),
            do="give the table a header, or say in which line it stands",
            example="--set header_line=2",
        )
    tags = next((tuple(values) for values in head[1:3] if is_hxl_row(values)), ())
    return _Sample(header, tags, tuple(tuple(values) for values in head[1:] if tuple(values) != tags))


def _source_part() -> str:
    return """source:
  id:                     # a short word, such as patrol-north
  title:                  # one line for the report
  custodian:              # who keeps the records
  stratum:                # seismic, acoustic, radar, thermal, optical, patrol, official-alarm, civilian, media
  senses: []              # everything it can tell of, such as [explosion, burst, shot]
  grade: F                # A (reliable) to E; F when it cannot be judged
  licence:"""


def _file_part(layout: Layout) -> str:
    """How the table lies in its file, as far as a person said it; what can be found out is not written."""
    stated = [f"{name}: {_quoted(str(value))}" for name, value in asdict(layout).items() if value and value != 1]
    return f"file: {{{', '.join(stated)}}}" if stated else ""


def _time_part(sample: _Sample, fields: dict[str, str]) -> str:
    values = sample.column(fields["start"]) if "start" in fields else []
    forms = [form for form in _FORMS if values and _fits(form, values)]
    doubt = f"  # {' and '.join(forms)} both fit: check day and month" if len(forms) > 1 else ""
    return f"""time:
  format: {_quoted(forms[0] if forms else "iso")}{doubt}
  zone:                   # such as Europe/Kyiv, for times written without an offset
  sense:                  # {TimeSense.LASTED} (from start to end); {TimeSense.SOMETIME} (at some moment between)"""


def _fits(form: str, values: list[str]) -> bool:
    read = time_reader(form)
    try:
        for value in values:
            read(value)
    except InputFault:
        return False
    return True


def _columns_part(sample: _Sample, fields: dict[str, str]) -> str:
    lines = [f"  {field}: {_quoted(name)}  # {FIELDS[field]}" for field, name in fields.items()]
    lines += [f"  {field}:  # {FIELDS[field]}" for field in ("start", "phenomenon") if field not in fields]
    left = [name for name in sample.header if name and name not in fields.values()]
    note = [f"  # not used: {', '.join(_quoted(name) for name in left)}"] if left else []
    return "\n".join(["columns:", *lines, *note])


def _constants_part(fields: dict[str, str]) -> str:
    if "lat" in fields and "radius_m" not in fields:
        return "constants:\n  radius_m:  # how far, in metres, a true position may be from the one given"
    return "constants: {}"


def _translate_part(sample: _Sample, fields: dict[str, str]) -> str:
    """Every word of the phenomenon column in the first rows, filled in only where it is the vocabulary's own."""
    if "phenomenon" not in fields:
        return ""
    words = sorted(set(sample.column(fields["phenomenon"])))
    known = {str(phenomenon) for phenomenon in Phenomenon}
    lines = []
    for word in words[:_WORDS_SHOWN]:
        plain = re.sub(r"[\s_]+", "-", word.lower())
        meant = next((name for name in (plain, plain.removesuffix("s")) if name in known), "")
        lines.append(f"    {_quoted(word)}: {meant}")
    more = [f"    # and {len(words) - _WORDS_SHOWN} words more"] if len(words) > _WORDS_SHOWN else []
    choice = f"  # one of: {', '.join(sorted(known))}"
    return "\n".join(["translate:", choice, "  phenomenon:", *lines, *more])


def _quoted(text: str) -> str:
    """A text as YAML reads it back, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)
