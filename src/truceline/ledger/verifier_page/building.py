"""``verify.html``, built from its sources: the same bytes every time.

Question: how does somebody who distrusts us check a proof bundle on an old laptop, in her own language? In: the
scripts, the style and the page in this folder, and the catalogues of sentences in ``locale``. Out: one file that opens
in a browser from any folder. It carries all it needs; its content security policy allows nothing but its own script and
style, by their SHA-256, so that it cannot reach a network.

The scripts are plain ES modules (``scripts/*.mjs``). Here each becomes a function of its own, those it imports
standing before it; nothing is made shorter, so that the page's source can be read in the browser.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from babel.messages.pofile import read_po

from truceline.ledger.encodings import base64_text

FILE_NAME = "verify.html"
LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "uk": "Українська", "ru": "Русский"}
_CATALOGUE = "catalogue"
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.mjs";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:function|const|class) (\w+)", re.MULTILINE)


def verifier_page() -> bytes:
    """The whole page."""
    style = _source("page.css")
    script = _script("page")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    page = _source("page.html").replace("@POLICY@", policy).replace("@STYLE@", style)
    before, after = page.split("@SCRIPT@")
    return (before + script + after).encode()


@cache
def catalogue(language: str) -> dict[str, str]:
    """The sentences of verifier and page in a language, by their English ones; empty for English itself."""
    if language == "en":
        return {}
    with _folder().joinpath("locale", f"{language}.po").open("rb") as stream:
        return {str(one.id): str(one.string) for one in read_po(stream, locale=language) if one.id}


def _script(entry: str) -> str:
    told = "\n".join(_wrapped(name, _module(name)) for name in _in_order(entry, []))
    if "</script" in told.lower() or "<!--" in told:
        raise ValueError("a script of the page holds a sign at which the browser would end it")
    return f'"use strict";\n{told}'


def _in_order(name: str, above: list[str]) -> Iterator[str]:
    """The modules, each after those it imports and once; raises ``ValueError`` where they go round in a circle."""
    if name in above:
        raise ValueError(f"the scripts of the page import each other in a circle: {' '.join([*above, name])}")
    seen: set[str] = set()
    for _, other in _IMPORT.findall(_module(name)):
        for one in _in_order(other, [*above, name]):
            if one not in seen:
                seen.add(one)
                yield one
    yield name


def _wrapped(name: str, source: str) -> str:
    names = _EXPORT.findall(source)
    body = _EXPORT.sub(lambda found: found[0].removeprefix("export "), source)
    body = _IMPORT.sub(lambda found: f"const {{{found[1]}}} = from_{found[2]};\n", body)
    if re.search(r"^(?:import|export)\b", body, re.MULTILINE):
        raise ValueError(f"the script {name} imports or exports in a way that is not known here")
    return f"const from_{name} = (() => {{\n{body}return {{ {', '.join(names)} }};\n}})();"


def _module(name: str) -> str:
    return _catalogue_module() if name == _CATALOGUE else _source("scripts", f"{name}.mjs")


@cache
def _catalogue_module() -> str:
    """The catalogues as a module: every English sentence once, and its translations in the same order."""
    told = {language: catalogue(language) for language in LANGUAGE_NAMES if language != "en"}
    sentences = sorted({one for words in told.values() for one in words})
    listed = {language: [words.get(one, one) for one in sentences] for language, words in told.items()}
    return (
        f"export const LANGUAGE_NAMES = {_json(LANGUAGE_NAMES)};\n"
        f"const SENTENCES = {_json(sentences)};\n"
        f"const TRANSLATED = {_json(listed)};\n"
        "export const CATALOGUE = Object.fromEntries(Object.entries(TRANSLATED).map(([language, words]) => "
        "[language, Object.fromEntries(SENTENCES.map((one, at) => [one, words[at]]))]));\n"
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=0).replace("<", "\\u003c")


def _hash(text: str) -> str:
    return f"sha256-{base64_text(hashlib.sha256(text.encode()).digest())}"


@cache
def _source(*path: str) -> str:
    return _folder().joinpath(*path).read_text(encoding="utf-8")


def _folder() -> Traversable:
    return resources.files("truceline.ledger.verifier_page")
