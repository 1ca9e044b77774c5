"""Bytes of evidence are reached through one room, which takes whoever acts and what for, and puts it on record."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

from truceline.model.custody import Handling
from truceline.store.evidence import EvidenceKeeper, EvidenceReader
from truceline.store.lock import Pen

SRC = Path(__file__).resolve().parents[2] / "src" / "truceline"
ROOM = {"store/evidence.py", "store/evidence_files.py"}
FILES_ALLOWED = {*ROOM, "store/importing.py"}
"""Importing clears away half-written copies, which never were items."""
TO_A_FOLDER = {*ROOM, "store/folders.py"}


def _modules() -> list[tuple[str, ast.Module]]:
    return [(str(path.relative_to(SRC)), ast.parse(path.read_text(encoding="utf-8"))) for path in SRC.rglob("*.py")]


def _names(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_nobody_else_knows_where_the_bytes_lie():
    """The folder of evidence is asked for, or spelled out, in its room alone."""
    for name, tree in _modules():
        for node in ast.walk(tree):
            asked = isinstance(node, ast.Attribute) and node.attr == "evidence" and "folders" in _names(node.value)
            joined = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
            spelled = joined and isinstance(node.right, ast.Constant) and str(node.right.value).startswith("evidence")
            assert not (asked or spelled) or name in TO_A_FOLDER, f"{name}, line {node.lineno}"


def test_the_files_are_touched_by_the_room_alone():
    for name, tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "truceline.store.evidence_files":
                taken = {one.name for one in node.names}
                assert name in ROOM or (name in FILES_ALLOWED and taken == {"clear_remnants"}), name
            direct = isinstance(node, ast.ImportFrom) and node.module == "truceline.store"
            assert not (direct and "evidence_files" in {one.name for one in node.names}) or name in ROOM, name


def test_every_way_to_bytes_takes_whoever_acts_and_what_for():
    for room in (EvidenceReader, EvidenceKeeper):
        ways = [one for name, one in inspect.getmembers(room, inspect.isfunction) if not name.startswith("_")]
        assert len(ways) >= 3
        for way in ways:
            given = inspect.signature(way).parameters["handling"]
            assert given.annotation == Handling.__name__, way.__name__
            assert given.default is inspect.Parameter.empty, f"{way.__name__}: nobody acts by default"


def test_what_changes_the_disk_takes_the_pen():
    given = inspect.signature(EvidenceKeeper.__init__).parameters["pen"]
    assert given.annotation == Pen.__name__
    assert given.default is inspect.Parameter.empty


def test_custody_events_are_added_to_and_never_changed():
    """No statement of ours updates or deletes one, and one place inserts them."""
    for name, tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in ("update", "delete", "insert"):
                about = ast.unparse(node.value)
                custody = "custody_event" in about or (name == "store/custody.py" and about == "table")
                assert not custody or (name, node.attr) == ("store/custody.py", "insert"), f"{name}: {about}"
