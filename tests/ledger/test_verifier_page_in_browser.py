"""The page as she opens it: from a file, in a browser, with the keyboard, on a narrow screen, without a network."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from browser_by_pipe import Browser, chromium
from ledger_samples import WITNESSES, bundle_of, key_list

from truceline.ledger.verifier_page.building import verifier_page

SHOWN = "!document.getElementById('result').hidden"
TEXT = "document.querySelector('main').innerText"


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A memory stick with the page, bundles and a list of keys; in one bundle a word was changed."""
    folder = tmp_path_factory.mktemp("stick")
    hour_ago_s = int(time.time()) - 3_600
    nasty = "<img src=x onerror=alert(1)>\u202e"
    made = bundle_of(
        folder / "log",
        dict.fromkeys(WITNESSES[:6], hour_ago_s),
        {"/result": "breached", "/words": nasty},
        ("/result", "/words"),
    )
    (folder / "verify.html").write_bytes(verifier_page())
    (folder / "finding.json").write_bytes(replace(made, prose="It rained. <script>alert(1)</script>").encode())
    changed = replace(made, openings=(replace(made.openings[0], value="complied"),))
    (folder / "changed.json").write_bytes(changed.encode())
    (folder / "keys.txt").write_bytes(key_list())
    (folder / "report.pdf").write_bytes(b"%PDF a report" * 100_000)
    sha256 = hashlib.sha256((folder / "report.pdf").read_bytes()).hexdigest()
    report = bundle_of(folder / "other", dict.fromkeys(WITNESSES, hour_ago_s), {"/sha256": sha256}, ("/sha256",))
    (folder / "report.json").write_bytes(report.encode())
    (folder / "wrong.txt").write_text("quorum nobody\n", encoding="ascii")
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if chromium() is None:
        pytest.skip("no Chromium is installed: the page is not opened in a browser")
    with Browser(tmp_path_factory.mktemp("profile")) as one:
        yield one


def answered(browser: Browser, stick: Path, bundle: str, keys: str = "keys.txt") -> str:
    browser.open(stick / "verify.html")
    browser.choose("#bundle", [stick / bundle])
    browser.choose("#keys", [stick / keys])
    browser.until(SHOWN)
    return str(browser.run(TEXT))


def test_two_files_chosen_give_the_verdict(browser: Browser, stick: Path):
    said = answered(browser, stick, "finding.json")
    for told in (
        "ALL HELD",
        "finding-2",
        '"breached"',
        "did not cosign",
        "Stamp of both parties: yes",
        "16 commitments",
    ):
        assert told in said, told
    assert "\\u003cimg src=x" in said
    assert "\u202e" not in said
    assert browser.run("document.images.length + document.querySelectorAll('main script').length") == 0
    assert "neutral-3" in said


def test_what_did_not_hold_is_told_first_and_no_field_as_data(browser: Browser, stick: Path):
    said = answered(browser, stick, "changed.json")
    assert "NOT PROVED" in said
    assert "as shown is not what was sealed" in said
    assert "Value, as it was sealed" not in said
    assert "The list of keys cannot be used" in answered(browser, stick, "finding.json", "wrong.txt")


def test_a_report_in_hand_is_held_against_the_hash_that_was_sealed(browser: Browser, stick: Path):
    answered(browser, stick, "report.json")
    for name, headline in (("report.pdf", "ALL HELD"), ("keys.txt", "NOT PROVED")):
        browser.choose("#file", [stick / name])
        told = json.dumps(f"The file '{name}' is the one whose hash was sealed.")
        browser.until(f"{TEXT}.includes({told})")  # the file is read first
        assert browser.run("document.getElementById('headline').textContent") == headline


def test_the_steps_of_many_fields_are_folded_away_and_there(browser: Browser, stick: Path):
    fields: dict[str, object] = {f"/part/{at}": at for at in range(20)}
    many = bundle_of(stick / "many", dict.fromkeys(WITNESSES, int(time.time()) - 60), fields, tuple(fields))  # type: ignore[arg-type]
    (stick / "many.json").write_bytes(many.encode())
    said = answered(browser, stick, "many.json")
    assert "20 fields, each as it was sealed" in said
    assert browser.run("document.querySelectorAll('table')[0].tBodies[0].rows.length") == 20
    assert browser.run("document.querySelectorAll('details li').length") == 20
    wrong = replace(many, openings=(replace(many.openings[0], value=99), *many.openings[1:]))
    (stick / "wrong.json").write_bytes(wrong.encode())
    said = answered(browser, stick, "wrong.json")
    assert "19 fields, each as it was sealed" in said
    assert "as shown is not what was sealed" in said
    assert "The field /part/7 is what was sealed: 7" in browser.run("document.querySelector('details').textContent")


def test_what_is_asked_beside_the_files_is_asked(browser: Browser, stick: Path):
    answered(browser, stick, "finding.json")
    for days, headline in (("1", "ALL HELD"), ("0.001", "NOT PROVED"), ("", "ALL HELD")):
        browser.run(f"document.getElementById('max-age').value = '{days}'")
        browser.run("document.getElementById('max-age').dispatchEvent(new Event('input'))")
        assert browser.run("document.getElementById('headline').textContent") == headline, days
        assert browser.run("document.getElementById('live').textContent") == headline


@pytest.mark.parametrize(
    ("at", "language", "headline"), [(1, "de", "ALLES HAT"), (2, "uk", "УСЕ"), (3, "ru", "ВСЁ"), (0, "en", "ALL")]
)
def test_the_language_can_be_changed_at_any_time(browser: Browser, stick: Path, at: int, language: str, headline: str):
    answered(browser, stick, "finding.json")
    browser.run(f"document.querySelectorAll('#languages button')[{at}].click()")
    assert browser.run("document.documentElement.lang") == language
    assert str(browser.run("document.getElementById('headline').textContent")).startswith(headline)
    assert browser.run("document.querySelectorAll('[aria-pressed=true]').length") == 1
    assert ("This proves:" in str(browser.run(TEXT))) == (language == "en")


@pytest.mark.parametrize("width_px", [320, 390, 1280])
def test_nothing_stands_outside_a_narrow_screen(browser: Browser, stick: Path, width_px: int):
    browser.width(width_px)
    answered(browser, stick, "finding.json")
    for at in range(4):
        browser.run(f"document.querySelectorAll('#languages button')[{at}].click()")
        assert browser.run("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_keyboard_reaches_all_in_order_and_everything_has_a_name(browser: Browser, stick: Path):
    answered(browser, stick, "finding.json")
    reached = []
    for _ in range(10):
        for kind in ("rawKeyDown", "keyUp"):
            browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        reached.append(browser.run("document.activeElement.id || document.activeElement.lang"))
    assert reached == ["en", "de", "uk", "ru", "bundle", "keys", "file", "max-age", "both-parties", "print"]
    tree = browser.call("Accessibility.getFullAXTree")["nodes"]
    asking = {"button", "checkbox", "spinbutton"}
    named = [one for one in tree if one.get("role", {}).get("value") in asking]
    assert len(named) >= 8
    assert all(one["name"]["value"] for one in named)


def test_it_asks_nothing_of_any_network_and_could_not(browser: Browser, stick: Path):
    answered(browser, stick, "finding.json")
    assert {one.split(":")[0] for one in browser.asked} == {"file"}
    assert {one.rsplit("/", 1)[1] for one in browser.asked} == {"verify.html"}
    assert browser.faults == []
    tried = browser.run("fetch('http://127.0.0.1:9/').then(() => 'reached', fault => String(fault))")
    assert tried != "reached"
    assert any("Content Security Policy" in one for one in browser.faults)


def test_it_answers_within_a_second(browser: Browser, stick: Path):
    """On a page that was just opened, so that no signature is remembered."""
    browser.open(stick / "verify.html")
    coded = [base64.b64encode((stick / name).read_bytes()).decode() for name in ("finding.json", "keys.txt")]
    taken_ms = browser.run(
        "((bundle, keys) => { const bytes = text => Uint8Array.from(atob(text), one => one.charCodeAt(0));"
        "const asked = { latest: Math.floor(Date.now() / 1000), maxAge: null, bothParties: false };"
        "const start = performance.now();"
        "const { held } = truceline.verify(bytes(bundle), truceline.readKeys(bytes(keys)), asked);"
        f"return held ? performance.now() - start : Infinity; }})(...{json.dumps(coded)})"
    )
    assert taken_ms < 1_000
