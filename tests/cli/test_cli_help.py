"""Every command teaches what it does before it is used."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

COMMANDS = {
    "new": ("--case", "mission.toml"),
    "ingest": ("--encoding", "--zone", "--mapping", "--draft-mapping", "ua-alarms", "smm-table", "party-claims"),
    "rejected": ("--limit", "line and reason"),
    "locate": ("--crs", "EPSG:32637", "rejected", "ellipse"),
    "register": ("notices", "ingest register", "revisions"),
    "fuse": ("--control", "chance"),
    "assess": ("every norm", "--json"),
    "obligations": ("--as-of", "--reading", "deadline", "silence"),
    "guarantees": ("--as-of", "--reading", "matrix", "ladder"),
    "count": ("--rule", "--gap-min", "--from", "--to", "smm-item", "episode"),
    "explain": ("tree", "rows", "incident"),
    "report": ("--day", "--lang", "--out", "HTML"),
    "verify": ("--keys", "--max-age", "--both-parties", "tlog-policy", "exit code"),
    "demo": ("--feeds", "--no-feeds", "--swap-parties", "--out", "--lang", "easter-2025"),
}


def test_without_words_the_help_is_shown(truceline: Callable):
    said = truceline()
    for command in COMMANDS:
        assert re.search(rf"^\W*{command} ", said.out + said.err, re.MULTILINE), command


def test_the_help_names_every_command_and_where_to_start(truceline: Callable):
    said = truceline("--help")
    assert said.exit_code == 0
    assert "truceline demo easter-2025" in said.out
    listed = re.findall(r"^  (\w+) +\w.*[^.]\.$", said.out, re.MULTILINE)
    assert set(COMMANDS) <= set(listed), "a command is not listed, or its line is cut short"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_explains_itself_and_each_option(truceline: Callable, command: str):
    said = truceline(command, "--help")
    assert said.exit_code == 0
    for word in (*COMMANDS[command], "--json"):
        assert word in said.out, word
    options = said.out.split("Options:\n", 1)[1]
    for told in re.split(r"^  (?=-)", options, flags=re.MULTILINE)[1:]:
        assert len(told.split()) > 3, f"an option without a word of help: {told}"
