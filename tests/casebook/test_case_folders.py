"""Every case folder is whole, names itself the same everywhere and cites what it says."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from truceline.mission.casebook import read_figures
from truceline.mission.folder import new_mission
from truceline.mission.ingesting import Intake, ingest
from truceline.mission.settings import read_settings
from truceline.model import Phenomenon, Stratum

CASES = Path(__file__).resolve().parents[2] / "cases"
FILES = {"case.toml", "agreement.yaml", "claims.csv", "figures.csv", "translations.toml", "SOURCES.md"}
LANGUAGES = {"en", "de", "uk", "ru"}
COLUMNS = {
    "claims.csv": "party,about,quantity,low,best,high,period_start,period_end,said_by,said_on,rule,url,quote",
    "figures.csv": (
        "figure,kind,rule,phenomenon,stratum,reading,shift_days,bin_start,value,unit,period,source,url,published,note"
    ),
}
LONGEST_QUOTE = 240
NOW = datetime(2026, 6, 30, tzinfo=UTC)


def moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    assert found.tzinfo is not None, f"{text} has no offset from UTC"
    return found


def test_the_casebook_holds_these_cases():
    held = {path.name for path in CASES.iterdir() if path.is_dir()}
    assert held >= {"easter-2025", "may-2025", "easter-2026", "gaza-pause-2023", "minsk-2", "lebanon-2024"}
    assert held >= {"energy-truce-2025", "energy-pause-2026", "may-2026", "gaza-2025-01", "gaza-2025-10", "paris-2026"}


def test_every_case_has_its_six_files_and_perhaps_a_register(case: SimpleNamespace):
    assert {path.name for path in case.folder.iterdir()} - {"register.csv"} == FILES


def test_the_id_is_the_same_everywhere(case: SimpleNamespace):
    assert case.settings["id"] == case.agreement["id"] == case.folder.name
    assert case.sources.startswith(f"# Sources: {case.folder.name}\n")


def test_titles_are_the_same_in_both_files_and_in_four_languages(case: SimpleNamespace):
    assert case.settings["title"] == case.agreement["title"]
    assert set(case.settings["title"]) >= LANGUAGES


def test_tables_have_the_fixed_columns(case: SimpleNamespace):
    for name, columns in COLUMNS.items():
        assert (case.folder / name).read_text(encoding="utf-8").splitlines()[0] == columns


def test_the_time_zone_and_the_day_of_information_are_given(case: SimpleNamespace):
    ZoneInfo(case.settings["time_zone"])
    as_of = moment(case.settings["as_of"])
    assert as_of.utcoffset().total_seconds() == 0
    assert all(moment(claim["said_on"] + "T00:00+00:00") <= as_of for claim in case.claims)
    assert all(moment(figure["published"] + "T00:00+00:00") <= as_of for figure in case.figures)


def test_the_series_follows_a_reading_of_the_agreement(case: SimpleNamespace):
    series = case.settings["series"]
    assert series["bin"] in {"day", "week"}
    assert series["reading"] in case.readings
    assert min(series["before"], series["after"]) >= 1


def test_actors_are_mapped_to_parties_of_the_agreement(case: SimpleNamespace):
    assert set(case.settings["actors"].values()) <= set(case.parties)


def test_reference_windows_do_not_touch_the_window(case: SimpleNamespace):
    main = case.agreement["readings"][case.readings.index(case.settings["series"]["reading"])]
    length = moment(main["end"]) - moment(main["start"])
    typed_in = [int(row["shift_days"]) for row in case.figures if row["kind"] == "count"]
    shifts = [*case.settings["reference"]["shifts_days"], *(days for days in typed_in if days != 0)]
    assert all(timedelta(days=abs(days)) >= length for days in shifts)


def test_feeds_are_pinned(case: SimpleNamespace):
    for feed in case.settings.get("feed", []):
        assert set(feed) == {"format", "file", "url", "sha256", "licence", "credit"}
        assert re.fullmatch(r"[0-9a-f]{64}", feed["sha256"])
        assert feed["url"].startswith("https://")
        assert not Path(feed["file"]).is_absolute()
        assert feed["url"] in case.sources


def test_a_case_without_a_feed_says_why(case: SimpleNamespace):
    assert case.settings.get("feed") or "## Why there is no feed" in case.sources


def test_areas_are_named_once(case: SimpleNamespace):
    areas = case.settings["areas"]
    assert areas == ["*"] or len(areas) == len(set(areas)) > 1


def test_every_address_is_https(case: SimpleNamespace):
    texts = [path.read_text(encoding="utf-8") for path in sorted(case.folder.iterdir())]
    assert not [text for text in texts if "http://" in text]
    addresses = [row["url"] for row in (*case.claims, *case.figures, *case.agreement["sources"])]
    assert all(re.fullmatch(r"https://\S+", address) for address in addresses)


def test_every_claim_says_who_when_where_and_about_whom(case: SimpleNamespace):
    for claim in case.claims:
        assert claim["party"] in case.parties
        assert claim["about"] in case.parties
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", claim["quantity"])
        assert moment(claim["period_start"]) < moment(claim["period_end"])
        assert date.fromisoformat(claim["said_on"]) >= moment(claim["period_start"]).date()
        assert claim["said_by"]
        low, best, high = (claim[name] for name in ("low", "best", "high"))
        assert int(low) <= int(best)
        assert not high or int(best) <= int(high)


def test_every_entry_of_a_register_is_taken_in_and_cited(case: SimpleNamespace, tmp_path: Path):
    if not (case.folder / "register.csv").is_file():
        return
    mission = new_mission(tmp_path / "mission", case.folder.name)
    options = replace(mission.read_options(), zone=ZoneInfo(case.settings["time_zone"]))
    outcome = ingest(mission, Intake("register", mission.root / "register.csv", options), now=NOW)
    imported = mission.records.imports()[-1].number
    assert [(row.line, row.reason) for row in mission.records.rejected(imported, 20)] == []
    assert outcome.new == len(mission.records.register_entries()) > 0
    as_of = moment(case.settings["as_of"])
    for entry in mission.records.register_entries():
        assert entry.time.start <= as_of, entry.key
        assert entry.url.startswith("https://"), entry.key
        assert 0 < len(entry.quote) <= LONGEST_QUOTE, entry.key


def test_a_claim_is_made_once(case: SimpleNamespace):
    told_apart_by = ("party", "about", "quantity", "period_start", "period_end")
    seen = [tuple(claim[name] for name in told_apart_by) for claim in case.claims]
    assert len(seen) == len(set(seen))


def test_quotations_are_short_and_one_sentence(case: SimpleNamespace):
    quotes = [claim["quote"] for claim in case.claims] + [clause["text"] for clause in case.agreement["clauses"]]
    for quote in quotes:
        assert quote
        assert len(quote) <= LONGEST_QUOTE
        assert not re.search(
            r"[.!?] [A-ZА-Я]", re.sub(r"\b\d\. ", "", quote.replace("12 a.m. ", "12 am ").replace("St. ", "St "))
        )


def test_figures_are_cited_and_readable(case: SimpleNamespace):
    assert case.figures
    for figure in case.figures:
        assert figure["kind"] in {"count", "series", "fact"}
        assert figure["figure"]
        assert figure["value"]
        assert figure["source"]
        date.fromisoformat(figure["published"])


def test_counts_and_series_name_rule_phenomenon_stratum_and_reading(case: SimpleNamespace):
    for figure in case.figures:
        counted = figure["kind"] != "fact"
        assert bool(figure["rule"]) is counted
        if counted:
            assert int(figure["value"]) >= 0
            assert figure["phenomenon"] in set(Phenomenon)
            assert figure["stratum"] in set(Stratum)
            assert figure["reading"] in case.readings
        assert (figure["kind"] == "count") is bool(figure["shift_days"])
        assert (figure["kind"] == "series") is bool(figure["bin_start"])


def test_each_count_stands_once(case: SimpleNamespace):
    counts = [(row["phenomenon"], row["reading"], row["shift_days"]) for row in case.figures if row["kind"] == "count"]
    assert len(counts) == len(set(counts))


def test_series_bins_follow_each_other_and_fit_the_settings(case: SimpleNamespace):
    starts = [date.fromisoformat(row["bin_start"]) for row in case.figures if row["kind"] == "series"]
    series = case.settings["series"]
    step = {"day": 1, "week": 7}[series["bin"]]
    assert all((after - before).days == step for before, after in pairwise(starts))
    if starts:
        assert len(starts) == series["before"] + series["after"]
        main = case.agreement["readings"][case.readings.index(series["reading"])]
        first = moment(main["start"]).astimezone(ZoneInfo(case.settings["time_zone"])).date()
        assert (first - starts[0]).days == step * series["before"]


def test_sources_say_what_was_seen_in_a_retelling(case: SimpleNamespace):
    assert "retelling" in case.sources or "reprint" in case.sources
    assert "## What is missing" in case.sources


def test_the_easter_truce_of_2025_is_judged_on_these_counts():
    with (CASES / "easter-2025" / "figures.csv").open(encoding="utf-8", newline="") as text:
        counts = {int(row["shift_days"]): int(row["value"]) for row in csv.DictReader(text) if row["kind"] == "count"}
    assert counts == dict(
        zip([0, *range(-7, -1), *range(2, 8)], [5, 51, 58, 39, 64, 76, 101, 27, 58, 47, 47, 40, 42], strict=True)
    )


def test_the_mission_reads_settings_and_figures(case: SimpleNamespace):
    settings = read_settings(case.folder / "case.toml")
    figures = read_figures(case.folder / "figures.csv")
    assert settings.series.reading in case.readings
    assert len(settings.feeds) == len(case.settings.get("feed", []))
    assert len(figures.published) == len(case.figures)
