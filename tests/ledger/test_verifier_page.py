"""The page that checks proofs without us decides, and says, word for word what ``truceline verify`` does."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ledger_samples import KEYS, LOG_KEY, bundle_of
from page_cases import Case, all_cases

from truceline.ledger.keys import Signing, SigningKey, VerifierKey
from truceline.ledger.verifier_page import building
from truceline.ledger.verifier_page.building import verifier_page
from truceline.ledger.verifier_page.speaking import said_in
from truceline.ledger.verifying import Step, Verdict, as_text, read_keys, verify, with_file
from truceline.model.errors import MalformedRecord

RUNNER = Path(__file__).with_name("run_verifier_page.mjs")
Run = Callable[[Sequence[dict[str, Any]]], list[Any]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs the page's own script over cases."""
    node = shutil.which("node")
    if node is None:
        if os.environ.get("CI"):
            pytest.fail("the page's script cannot be tried: install Node.js 18 or newer")
        pytest.skip("Node.js is not installed: the page's script is not tried")
    folder = tmp_path_factory.mktemp("page")
    page = folder / "verify.html"
    page.write_bytes(verifier_page())

    def decide(cases: Sequence[dict[str, Any]]) -> list[Any]:
        told = folder / "cases.json"
        told.write_text(json.dumps(cases), encoding="ascii")
        done = subprocess.run([str(node), str(RUNNER), str(page), str(told)], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        return list(json.loads(done.stdout))

    return decide


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, ...]:
    return all_cases(tmp_path_factory.mktemp("cases"))


def said(verdict: Verdict) -> dict[str, Any]:
    def step(one: Step) -> dict[str, Any]:
        return {"step": one.step, "words": one.words, "held": one.held, "why": one.why}

    return {
        "held": verdict.held,
        "steps": [step(one) for one in verdict.steps],
        "stamp": step(verdict.stamp),
        "proves": list(verdict.proves),
        "proves_not": list(verdict.proves_not),
        "commitments": verdict.commitments,
        "unopened": verdict.unopened,
    }


def decided(case: Case) -> dict[str, Any]:
    try:
        verdict = verify(case.bundle, read_keys(case.keys), case.asked)
        return said(with_file(verdict, *case.file) if case.file else verdict)
    except MalformedRecord as fault:
        return {"fault": as_text(fault.what), "where": as_text(fault.where)}


def test_both_say_the_same_of_every_bundle_and_every_list(run: Run, cases: tuple[Case, ...]):
    assert len({one.name for one in cases}) == len(cases)
    answers = run([one.form() for one in cases])
    for case, answer in zip(cases, answers, strict=True):
        expected = decided(case)
        assert answer == expected, case.name
        assert not case.name.startswith("good,") or answer["held"], case.name
    assert sum(one.get("held", False) for one in answers) >= 15
    assert len({one["fault"] for one in answers if "fault" in one}) >= 30
    assert len({step["why"] for one in answers for step in one.get("steps", ())}) >= 60


def test_no_byte_is_judged_otherwise(run: Run, tmp_path: Path):
    """Each byte of a small bundle is changed in one bit, another for each place; both decide and say alike."""
    data = bundle_of(tmp_path, shown=("/result",), prose="It rained.").encode()
    keys = (
        f"log {LOG_KEY.verifier.text()}\nwitness party-a {KEYS['party-a'].verifier.text()}\nquorum party-a\n".encode()
    )
    changed = [
        Case(f"byte {at}", data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :], keys)
        for at in range(len(data))
    ]
    held = 0
    for case, answer in zip(changed, run([one.form() for one in changed]), strict=True):
        assert answer == decided(case), case.name
        held += answer["held"]
    assert 0 < held < len(data) / 2  # other witnesses and the words for reading may be changed


@pytest.mark.parametrize("language", ["de", "uk", "ru"])
def test_page_and_command_say_the_same_in_every_language(run: Run, cases: tuple[Case, ...], language: str):
    answers = run([one.form(language) for one in cases])
    differ = 0
    for case, answer in zip(cases, answers, strict=True):
        expected = _translated(decided(case), partial(said_in, language))
        assert answer == expected, case.name
        differ += any(
            step["words"] != one["words"]
            for step, one in zip(answer.get("steps", ()), decided(case).get("steps", ()), strict=True)
        )
    assert differ > len(cases) / 2


def _translated(told: object, say: Callable[[str], str], key: str = "") -> object:
    if isinstance(told, dict):
        return {name: _translated(one, say, name) for name, one in told.items()}
    if isinstance(told, list):
        return [_translated(one, say, key) for one in told]
    return say(told) if isinstance(told, str) and key != "step" else told


# --- the sums beneath -------------------------------------------------------------------------------------------------


def primitive(name: str, *parts: bytes) -> dict[str, Any]:
    return {"run": "primitive", "name": name, "parts": [base64.b64encode(one).decode() for one in parts]}


@pytest.mark.parametrize(("name", "made"), [("sha256", hashlib.sha256), ("sha512", hashlib.sha512)])
def test_hashes_of_every_length_around_a_block(run: Run, name: str, made: Callable[[bytes], Any]):
    parts = [bytes((7 * at + length) % 256 for at in range(length)) for length in (*range(260), 1_000, 65_535)]
    answers = run([primitive(name, one) for one in parts])
    assert [bytes(one.values()).hex() for one in answers] == [made(one).hexdigest() for one in parts]


def test_the_first_signatures_of_rfc_8032(run: Run):
    vectors = (
        ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
        ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    )  # fmt: skip
    signed = [tuple(bytes.fromhex(part) for part in one) for one in vectors]
    wrong = [(key, message + b"x", signature) for key, message, signature in signed]
    assert run([primitive("ed25519Holds", *one) for one in [*signed, *wrong]]) == [True] * 3 + [False] * 3


def test_signatures_no_two_verifiers_may_differ_on(run: Run):
    """Points that are none, another spelling of R, S beyond the order: as the library decides."""
    key = SigningKey("x", Signing.ED25519, bytes([3]) * 32)
    message = b"a head"
    good = key.sign(message)
    order = 2**252 + 27742317777372353535851937790883648493
    factor = int.from_bytes(good[32:], "little")
    signatures = [
        good,
        good[:32] + (factor + order).to_bytes(32, "little"),
        bytes(64),
        b"\x01" + bytes(63),
        b"\xff" * 64,
    ]
    keys = [key.verifier.public, b"\x02" + bytes(31), b"\x05" + bytes(30) + b"\x80"]
    asked = [(public, message, one) for public in keys for one in signatures]
    expected = [VerifierKey("x", Signing.ED25519, public).holds(told, one) for public, told, one in asked]
    assert run([primitive("ed25519Holds", *one) for one in asked]) == expected
    assert expected.count(True) == 1


@pytest.mark.feeds
@pytest.mark.parametrize(("file", "name"), [("ed25519_test", "ed25519Holds"), ("mldsa_44_verify_test", "mldsa44Holds")])
def test_signatures_of_wycheproof(run: Run, vectors: Path, file: str, name: str):
    told = json.loads((vectors / "wycheproof" / f"{file}.json").read_text(encoding="utf-8"))
    cases, expected = [], []
    for group in told["testGroups"]:
        key = group["publicKey"]["pk"] if name == "ed25519Holds" else group["publicKey"]
        for one in group["tests"]:
            if not one.get("ctx"):
                cases.append(primitive(name, *(bytes.fromhex(part) for part in (key, one["msg"], one["sig"]))))
                expected.append(one["result"] == "valid")
    assert run(cases) == expected
    assert min(expected.count(True), expected.count(False)) > 50


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_is_the_same_each_time_small_and_allows_itself_nothing():
    page = verifier_page()
    building._catalogue_module.cache_clear()
    assert verifier_page() == page
    assert len(page) < 200 * 1024
    text = page.decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert set(rules) == {"default-src", "script-src", "style-src", "base-uri", "form-action"}
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        (inner,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert rules[rule] == f"'sha256-{base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()}'"
    for reach in (
        "http:",
        "https:",
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "innerHTML",
        "eval(",
        "import(",
        "<link",
        "style=",
    ):
        assert reach not in text, reach


def sentences_used() -> set[str]:
    """Every English sentence of scripts and page."""
    room = Path(building.__file__).parent
    called = re.compile(r'\b(?:say|malformed|translate|translation\(this\.language\))\(\s*"((?:[^"\\]|\\.)*)"')
    scripts = (path.read_text(encoding="utf-8") for path in sorted((room / "scripts").glob("*.mjs")))
    found = {str(json.loads(f'"{one}"')) for script in scripts for one in called.findall(script)}
    page = (room / "page.html").read_text(encoding="utf-8")
    return (
        found
        | set(re.findall(r" data-say(?: hidden)?>([^<]*)<", page))
        | set(re.findall(r'data-say-label="([^"]*)"', page))
    )


@pytest.mark.parametrize("language", ["de", "uk", "ru"])
def test_every_sentence_is_there_in_every_language(language: str):
    words = building.catalogue(language)
    assert sentences_used() - set(words) == set()
    assert set(words) - sentences_used() == set(), "no longer said"
    for english, told in words.items():
        assert told, english
        assert sorted(re.findall(r"\{\w*\}", english)) == sorted(re.findall(r"\{\w*\}", told)), english


def test_a_script_that_cannot_be_joined_is_told():
    with pytest.raises(ValueError, match="not known here"):
        building._wrapped("x", 'import x from "y";\n')
