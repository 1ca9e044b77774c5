"""The page: whole in itself, safe from what is written in it, fair to readers of every kind."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from truceline.agreements.counting import all_rules
from truceline.agreements.counting.figures import CountFigure
from truceline.mission.assessment import Assessment
from truceline.mission.json_form import findings_json as findings_for_machines
from truceline.model import CountRange, Interval, Result, exchange_parties
from truceline.report import LANGUAGES, compose, render_html, render_pdf
from truceline.report.content import Block
from truceline.report.edition import Edition
from truceline.report.open_data import counts_csv, coverage_csv, findings_json, incidents_geojson
from truceline.report.sections.claims import claimed
from truceline.report.words import RULE_MEANINGS

PAIR = ("party-north", "party-south")
FETCHING = {"src", "srcset", "poster", "data", "background", "action", "formaction", "xlink:href"}


class _Reader(HTMLParser):
    """Notes elements, attributes, headings and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    return reader


@pytest.fixture(scope="module")
def page(assessment: Assessment) -> str:
    return render_html(compose(assessment, "en"))


@pytest.fixture(scope="module")
def reader(page: str) -> _Reader:
    return read(page)


def test_the_page_fetches_nothing(page: str, reader: _Reader):
    assert not {tag for tag, _ in reader.elements} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
    }
    assert not [name for _, attributes in reader.elements for name in attributes if name in FETCHING]
    assert "@import" not in page
    assert not re.findall(r"url\((?!#)", page)


def test_addresses_are_links_and_only_safe_ones(reader: _Reader):
    addresses = [attributes["href"] for tag, attributes in reader.elements if tag == "a"]
    assert all(address and address.startswith(("https://", "http://", "#")) for address in addresses)
    assert "https://north.example/text?a=1&b=2" in addresses


def test_hostile_names_stay_words(reader: _Reader):
    text = "".join(reader.words)
    for words in ("<script>alert(1)</script>", '#let x = read("/etc/passwd")', 'She said "no" & left', "[U+202E]"):
        assert words in text
    assert "\u202e" not in text


def test_no_event_handler_slipped_in(reader: _Reader):
    assert not [name for _, attributes in reader.elements for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_its_language_and_orders_its_headings(assessment: Assessment, language: str):
    elements = read(render_html(compose(assessment, language))).elements
    assert ("html", {"lang": language}) in elements
    levels = [int(tag[1]) for tag, _ in elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_tables_have_captions_and_headers_with_scope(reader: _Reader):
    tags = [tag for tag, _ in reader.elements]
    assert tags.count("table") == tags.count("caption") > 10
    assert all(attributes.get("scope") in {"col", "row"} for tag, attributes in reader.elements if tag == "th")


def test_drawings_say_in_words_what_they_show(reader: _Reader):
    drawings = [attributes for tag, attributes in reader.elements if tag == "svg"]
    assert len(drawings) == 3
    assert all(drawing["role"] == "img" and len(drawing["aria-label"] or "") > 20 for drawing in drawings)


def test_ids_are_unique(reader: _Reader):
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_words_in_another_script_carry_their_language(page: str):
    assert 'lang="he">כל פעולות האיבה ייפסקו<' in page


def test_sections_stand_in_their_order(assessment: Assessment):
    order = [
        "summary",
        "agreement",
        "findings",
        "counts",
        "timeline",
        "map",
        "claims",
        "figures",
        "unseen",
        "incidents",
    ]
    assert [section.id for section in compose(assessment).sections] == [*order, "sources", "notes"]


def test_the_report_says_for_whom_the_result_hangs_on_the_reading(assessment: Assessment):
    one_result = tuple(replace(one, result=Result.UNDETERMINED) for one in assessment.findings)
    for findings, differ in ((assessment.findings, True), (one_result, False)):
        blocks = _section(replace(assessment, findings=findings), "findings")
        beside = [row for block in blocks if block.kind == "table" for row in block.rows if row[1][0].tone == "quiet"]
        assert bool(beside) is differ
        assert {row[2][0].tone for row in beside} <= {"contested"}
        assert {row[5][0].text for row in beside} <= {
            "The readings differ in their result. No reading is preferred to another."
        }
        assert any(one["readings_differ"] for one in findings_for_machines(findings)) is differ


def test_claims_follow_the_agreements_order_and_are_never_summed(assessment: Assessment, reader: _Reader):
    table = next(block for block in _section(assessment, "claims") if block.kind == "table")
    assert [row[0][0].text for row in table.rows] == ["Northland", "Southland"]
    text = " ".join(reader.words)
    assert "never added, subtracted or averaged" in text
    assert "7,835" not in text
    assert "1,965" not in text


def _section(assessment: Assessment, name: str) -> tuple[Block, ...]:
    return next(section.blocks for section in compose(assessment).sections if section.id == name)


def test_every_row_of_counts_shows_its_coverage(assessment: Assessment):
    tables = [block for block in _section(assessment, "counts") if block.kind == "table"]
    shares = [row[3][0].text for table in tables for row in table.rows]
    assert len(shares) == len(assessment.counts)
    assert set(shares) == {"37.5%", "not stated by the publisher"}


def test_one_channel_alone_is_not_counted_twice(assessment: Assessment):
    line = assessment.counts[0]
    whole = replace(line, stratum="any")
    more = replace(whole, inside=CountFigure(6, 6, 6), reference=(), ratio=None)
    other = replace(line, stratum="civilian")
    for lines, rows in (((line, whole), 1), ((line, more), 2), ((line, other, whole), 3)):
        shown = replace(assessment, counts=lines)
        table = next(block for block in _section(shown, "counts") if block.kind == "table")
        assert len(table.rows) == rows
        assert ("not printed again" in table.note) == (rows < len(lines))
        assert len(counts_csv(Edition.of(shown, "en")).splitlines()) == 2 + sum(1 + len(one.reference) for one in lines)


def test_the_reference_windows_stand_beside_the_count(assessment: Assessment):
    table = next(block for block in _section(assessment, "counts") if block.kind == "table")
    before, figures, seen, after, _, seen_after, behind = (phrase.text for phrase in table.rows[0][4])
    assert before == "−7 … −2 days:"
    assert figures.startswith("51\u00a0(50–53) · 58")
    assert seen == "coverage of each: 37.5%"
    assert after == "+2 … +7 days:"
    assert seen_after == "coverage in this order: 25% · 25% · 25% · 25% · 25% · not assessed"
    published = next(row for row in table.rows if row[3][0].text.startswith("not stated"))
    assert published[4][2].text == "coverage of each: not stated by the publisher"
    assert behind == "behind the ratio: −6, −4, −2, +2, +4, +6 days"
    assert [phrase.text for phrase in published[5]] == [
        "–",
        "no ratio: nobody could have seen any of the windows to compare with",
    ]


def test_an_episode_count_says_how_far_its_gap_moves_it(assessment: Assessment):
    table = next(block for block in _section(assessment, "counts") if block.kind == "table")
    episodes = next(row for row in table.rows if row[1][0].text == "continuous episode")
    assert episodes[1][-1].text == "with a gap of 30\u00a0/\u00a060\u00a0/\u00a0120 min: 6\u00a0/\u00a05\u00a0/\u00a04"


def test_each_rule_is_explained_in_its_own_words_with_its_source(assessment: Assessment):
    rules = next(block for block in _section(assessment, "counts") if block.kind == "listing")
    for name, meaning, citation in rules.items:
        rule = next(rule for rule in all_rules() if f"({rule.name})" in name.text)
        assert meaning.text == rule.explanation == RULE_MEANINGS[rule.name]
        assert citation.text == f"Source: {rule.citation}"


def test_the_summary_never_says_a_count_without_its_coverage(assessment: Assessment):
    said = [phrase.text for block in _section(assessment, "summary") for phrase in block.phrases]
    counts = [text for text in said if text.startswith("Counted as")]
    assert "coverage: 37.5% of place and time" in counts[0]
    assert "held 27 to 101 (coverage: 25%–37.5%, in part not assessed)." in counts[0]
    assert "in the windows of the readings as-announced, from-midnight: 5" in counts[0]
    assert "coverage: not stated by the publisher" in counts[1]
    assert "held 9 (coverage: not stated by the publisher)." in counts[1]


def test_the_summary_counts_under_every_reading_where_they_differ(assessment: Assessment):
    other = replace(assessment.counts[4], inside=CountFigure(6, 6, 6), ratio=None, reference=())
    unequal = replace(assessment, counts=(*assessment.counts[:4], other, *assessment.counts[5:]), series=())
    said = [phrase.text for block in _section(unequal, "summary") for phrase in block.phrases]
    assert any("in the window “as-announced”: 5" in text for text in said)
    assert any("in the window “from-midnight”: 6" in text for text in said)


def test_what_could_be_checked_is_said_under_every_reading_where_they_differ(assessment: Assessment):
    def last(one: Assessment) -> str:
        return "".join(phrase.text for phrase in _section(one, "claims")[-1].phrases)

    assert "in brackets: air-raid alarm (37.5%)." in last(assessment)
    first, second = assessment.windows
    dark = replace(second, coverage=second.coverage[1:])
    said = last(replace(assessment, windows=(first, dark), counts=(), series=()))
    assert "under the reading as-announced: air-raid alarm (37.5%); under the reading from-midnight: nothing." in said


def test_nothing_invisible_is_left_in_any_text(assessment: Assessment):
    turned = "a\u202eb\u200bc"
    page = render_html(
        compose(
            replace(
                assessment,
                agreement=replace(assessment.agreement, titles=(("en", turned),), gaps=(turned,)),
                shapes=tuple(replace(shape, name=turned) for shape in assessment.shapes),
                windows=tuple(replace(one, reading=turned) for one in assessment.windows[:1]),
                claims=tuple(replace(claim, said_by=turned) for claim in assessment.claims),
                counts=(),
                series=tuple(replace(one, phenomenon=turned) for one in assessment.series),
            )
        )
    )
    assert "a[U+202E]b[U+200B]c" in page
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b]", page)


@pytest.mark.parametrize("letters", [2_000, 9_000])
def test_an_endless_address_stops_no_report(assessment: Assessment, letters: int):
    url = "https://south.example/" + "a" * (letters - len("https://south.example/"))
    claimed = replace(assessment, claims=tuple(replace(claim, url=url) for claim in assessment.claims))
    content = compose(claimed)
    assert render_pdf(content, claimed.as_of).startswith(b"%PDF-")
    page = render_html(content)
    assert (f'href="{url}"' in page) == (letters <= 2_000)
    assert "https://south.example/aaaa" in page
    assert ("a\u2026)" in page) == (letters > 2_000)


@pytest.mark.parametrize(
    ("start", "minutes", "said"),
    [
        (datetime(2031, 4, 19, 15, tzinfo=UTC), 41, ["19 April 2031,\u00a018:00–18:41"]),
        (datetime(2031, 4, 19, 15, tzinfo=UTC), 0, ["19 April 2031,\u00a018:00"]),
        (
            datetime(2031, 4, 19, 15, tzinfo=UTC),
            9 * 60,
            ["19 April 2031,\u00a018:00", "– 20 April 2031,\u00a003:00"],
        ),
        (datetime(2031, 4, 18, 21, tzinfo=UTC), 24 * 60, ["19 April 2031"]),
        (datetime(2031, 4, 18, 21, tzinfo=UTC), 48 * 60, ["19 April 2031", "– 20 April 2031"]),
    ],
)
def test_a_time_says_its_date_once_and_whole_days_by_date(
    assessment: Assessment, start: datetime, minutes: int, said: list[str]
):
    note = assessment.incidents[0]
    time = Interval(start, start + timedelta(minutes=minutes))
    shown = replace(assessment, incidents=(replace(note, incident=replace(note.incident, time=time)),))
    table = next(block for block in _section(shown, "incidents") if block.kind == "table")
    assert [phrase.text for phrase in table.rows[0][0]] == [*said, note.incident.id]


def test_the_appendix_gives_the_id_of_each_incident(assessment: Assessment, reader: _Reader):
    table = next(block for block in _section(assessment, "incidents") if block.kind == "table")
    assert [row[0][-1].text for row in table.rows] == [note.incident.id for note in assessment.incidents]
    assert {row[0][-1].tone for row in table.rows} == {"code"}
    assert "incident-0007" in reader.words


def test_a_citation_stands_once_for_the_rows_that_rest_on_it(assessment: Assessment):
    figure = assessment.figures[0]
    other = replace(figure, source="Another")
    table = next(
        block
        for block in _section(replace(assessment, figures=(figure, figure, other, figure)), "figures")
        if block.kind == "table"
    )
    cited = [row[3][0].text for row in table.rows]
    assert cited == [figure.source, "same source as above", "Another", figure.source]


def _mirrored(text: str) -> str:
    return text.replace(PAIR[0], "\0").replace(PAIR[1], PAIR[0]).replace("\0", PAIR[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_exchanged_parties_give_the_exchanged_report(assessment: Assessment, language: str):
    swapped = exchange_parties(assessment, PAIR)
    assert swapped != assessment
    assert exchange_parties(swapped, PAIR) == assessment
    assert _mirrored(render_html(compose(swapped, language))) == render_html(compose(assessment, language))
    for export in (findings_json, counts_csv, coverage_csv, incidents_geojson):
        assert _mirrored(export(Edition.of(swapped, language))) == export(Edition.of(assessment, language))


def test_dates_times_and_figures_follow_the_language(assessment: Assessment):
    said = {language: " ".join(read(render_html(compose(assessment, language))).words) for language in LANGUAGES}
    assert "20 May 2031,\u00a012:00 (Europe/Kyiv, UTC+03:00)" in said["en"]
    assert "20. Mai 2031" in said["de"]
    assert "20 травня 2031" in said["uk"]
    assert "20 мая 2031" in said["ru"]
    assert "43,031" in said["en"]
    assert "43.031" in said["de"]
    assert "43\u00a0031" in said["uk"]


def test_plurals_follow_the_language(assessment: Assessment):
    assert "2 опубліковані заяви" in render_html(compose(assessment, "uk"))
    assert "8 выводов" in render_html(compose(assessment, "ru"))
    assert "Ещё 3 инцидента опущены" in render_html(compose(assessment, "ru"))


def test_without_outlines_there_is_no_map_and_the_page_says_so(bare: Assessment):
    page = render_html(compose(bare))
    assert "No geometry was given" in page
    assert "<svg" not in page


def test_the_summary_names_each_norm_with_its_clause_result_and_reason(assessment: Assessment):
    said = [phrase.text for block in _section(assessment, "summary") for phrase in block.phrases]
    of_fire = [text for text in said if text.startswith("Forbidden: fire on the ground (clause c1)")]
    assert any("– breached (" in text for text in of_fire)
    alike = tuple(replace(finding, result=assessment.findings[0].result) for finding in assessment.findings)
    said = [
        phrase.text
        for block in _section(replace(assessment, findings=alike), "summary")
        for phrase in block.phrases
        if "(clause c1)" in phrase.text
    ]
    assert len(said) == 1
    assert "undetermined for every party and reading: only threats were seen: 1,234" in said[0]


def test_the_summary_says_what_each_side_claims_and_which_areas_were_not_seen(assessment: Assessment):
    said = " ".join(phrase.text for block in _section(assessment, "summary") for phrase in block.phrases)
    assert "Claimed by: Northland; about: Southland; figures: 4,900 (4,800 or more) (violations)." in said
    assert "Claimed by: Southland; about: Northland; figures: 2,935 (violations)." in said
    assert "Not seen in full: Sumska oblast, " in said


def test_the_zone_is_given_as_it_was_in_the_windows(assessment: Assessment):
    winter = replace(assessment, as_of=datetime(2031, 12, 1, tzinfo=UTC))
    facts = dict(compose(winter).header.rows)
    assert [phrase.text for phrase in facts["Times are given in"]] == ["Europe/Kyiv, UTC+03:00"]
    assert "UTC+02:00" in facts["Information as of"][0].text


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (CountRange(5, None, 10), "5\u201310"),
        (CountRange(36, 40, 44), "40 (36\u201344)"),
        (CountRange(950, 950, None), "950 or more"),
        (CountRange(7, None, None), "7 or more"),
    ],
)
def test_a_claimed_range_is_said_once(assessment: Assessment, count: CountRange, said: str):
    assert claimed(Edition.of(assessment, "en"), count) == said


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("weapon: multiple rocket launcher, 122 mm, BM-21", "hit or aimed at: power grid")),
        ("de", ("Waffe: Mehrfachraketenwerfer, 122 mm, BM-21", "getroffen oder anvisiert: Stromnetz")),
        ("uk", ("122 мм, BM-21", "електромережа")),
        ("ru", ("122 мм, BM-21", "электросеть")),
    ],
)
def test_the_appendix_names_weapon_and_target_where_they_are_known(
    assessment: Assessment, language: str, words: tuple[str, ...]
):
    page = render_html(compose(assessment, language))
    assert [text for text in words if text not in page] == []
