"""Links resolve, and no tracked text names this machine, a package host, or an address to install from."""

from __future__ import annotations

import os
import re
import shutil
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


def build(root: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """The site, built strictly. Not quietly: mkdocs then loses count of its own warnings."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)]
    quiet_theme = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, cwd=root, env=quiet_theme, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once for the tests of this module."""
    site = tmp_path_factory.mktemp("site")
    done = build(root, site)
    assert (done.returncode, "WARNING" in done.stderr) == (0, False), done.stderr
    return site


def test_the_site_builds_without_a_warning_and_ships_no_script_of_ours(built: Path):
    assert (built / "index.html").is_file()
    assert list(built.rglob("*.py")) == []


def test_a_broken_link_is_seen(root: Path, tmp_path: Path):
    shutil.copytree(root / "docs", tmp_path / "docs")
    shutil.copyfile(root / "mkdocs.yml", tmp_path / "mkdocs.yml")
    with (tmp_path / "docs" / "ethics.md").open("a", encoding="utf-8") as text:
        text.write("\n[nowhere](method/nowhere.md)\n")
    assert build(tmp_path, tmp_path / "site").returncode != 0


def test_the_site_asks_no_other_host_for_anything(built: Path):
    loaded = re.compile(
        r'<(?:script|img|iframe|source)[^>]+src="(https?:)?//|<link[^>]+stylesheet[^>]+href="(https?:)?//'
    )
    pages = sorted(built.rglob("*.html"))
    assert len(pages) > 20
    assert [str(path.relative_to(built)) for path in pages if loaded.search(path.read_text(encoding="utf-8"))] == []


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
    assert [
        path.name for path in locks if re.search(r"https?://|\bfile:|^\s*-[if]\b", path.read_text(), re.MULTILINE)
    ] == []
