"""Links resolve, and no tracked text names this machine, a package host, or an address to install from."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

_HOME = Path.home()
_HOSTS = ("py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "proxy." + "golang", "crates" + ".io")
_SETTINGS = ("index" + "-url", "index" + "_url", "extra-" + "index", "trusted" + "-host", "find" + "-links")
_PLACES = re.compile(r"(?<![\w.~/-])/(?:root|home|work|Users|mnt|private)/[\w.-]+")
_LARGEST = 5_000_000


def tracked(root: Path) -> list[Path]:
    """Text files of the repository, as far as git knows them."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in (root / name for name in names) if path.is_file() and path.stat().st_size < _LARGEST]


def text_of(path: Path) -> str:
    """The text of a file; empty for one that is no text."""
    raw = path.read_bytes()
    return "" if b"\0" in raw[:1024] else raw.decode("utf-8", "replace")


def test_the_site_builds_without_a_warning(root: Path, tmp_path: Path):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_the_site_asks_no_other_host_for_anything(root: Path, tmp_path: Path):
    site = tmp_path / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(site)]
    subprocess.run(command, cwd=root, capture_output=True, check=True, timeout=120)
    loaded = re.compile(
        r'<(?:script|img|iframe|source)[^>]+src="(https?:)?//|<link[^>]+stylesheet[^>]+href="(https?:)?//'
    )
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 20
    assert [str(path.relative_to(site)) for path in pages if loaded.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_of_the_pages_outside_the_site_resolve(root: Path, name: str):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", (root / name).read_text(encoding="utf-8"))
    assert [target for target in targets if not (root / target).exists()] == []


def test_pictures_are_small(root: Path):
    pictures = sorted((root / "docs" / "pictures").iterdir())
    assert [path.name for path in pictures if path.stat().st_size > 250_000] == []


def test_no_tracked_text_names_this_machine_or_a_package_host(root: Path):
    here = {str(root), str(_HOME)} - {"/"}
    faults = []
    for path in tracked(root):
        text = text_of(path)
        found = [word for word in (*_HOSTS, *_SETTINGS, *sorted(here)) if word in text] + _PLACES.findall(text)
        faults += [f"{path.relative_to(root)}: {word}" for word in found]
    assert faults == []


def test_the_locks_name_no_address(root: Path):
    locks = sorted(root.glob("requirements*.lock"))
    assert locks
    assert [path.name for path in locks if re.search(r"https?://|\bfile:|^\s*-[if]\b", path.read_text(), re.M)] == []
