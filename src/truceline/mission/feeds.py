"""Finding a public feed: the data folder first, then the cache, then the network; always held to its hash.

No feed is shipped. ``TRUCELINE_DATA`` names a folder that holds them; a checkout with ``../shared/data`` beside it
finds that by itself. What is fetched is kept in the cache of the operating system.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from truceline.mission.settings import Feed
from truceline.model import FeedAbsent, UnreadableFile
from truceline.sources.tables import open_bytes

_CHUNK_BYTES = 1 << 20
_TIMEOUT_S = 20


@dataclass(frozen=True, slots=True)
class FeedPlaces:
    """Where feeds are looked for. ``network`` may be turned off for tests and offline work.

    ``not_there`` is the folder ``TRUCELINE_DATA`` names when there is none.
    """

    folder: Path | None
    cache: Path
    network: bool = True
    not_there: str = ""


def feed_places() -> FeedPlaces:
    """The places this machine has."""
    import pooch  # noqa: PLC0415 - slow to load, needed only when feeds are

    named = os.environ.get("TRUCELINE_DATA")
    beside = Path(__file__).resolve().parents[4] / "shared" / "data"
    folder = Path(named) if named else beside
    offline = bool(os.environ.get("TRUCELINE_OFFLINE"))
    present = folder.is_dir()
    not_there = named if named and not present else ""
    return FeedPlaces(folder if present else None, Path(pooch.os_cache("truceline")), not offline, not_there)


def find_feed(feed: Feed, places: FeedPlaces) -> Path:
    """The feed's file, from the first place that has it with the pinned bytes.

    Raises :class:`FeedAbsent` when no place has it so; a file with other bytes is named before one that is nowhere.
    """
    names = (feed.file, feed.file.removesuffix(".gz"))
    folders = [folder for folder in (places.folder, places.cache) if folder]
    other: FeedAbsent | None = None
    for path in (folder / name for folder in folders for name in names):
        if path.is_file():
            try:
                return _checked(path, feed)
            except FeedAbsent as absent:
                other = other or absent
    try:
        return _fetched(feed, places)
    except FeedAbsent as absent:
        raise other or absent from absent


def _checked(path: Path, feed: Feed) -> Path:
    digest = hashlib.sha256()
    try:
        with open_bytes(path) as unpacked:
            while chunk := unpacked.read(_CHUNK_BYTES):
                digest.update(chunk)
    except UnreadableFile as cause:
        raise FeedAbsent(
            f"the feed {feed.file} is there, but it cannot be unpacked: {cause.what}", where=str(path), do=cause.do
        ) from cause
    if digest.hexdigest() != feed.sha256:
        raise FeedAbsent(
            f"the feed {feed.file} is there, but its bytes are not the pinned ones",
            where=str(path),
            do="fetch the pinned version, or ingest the file by hand into a mission of your own",
            example=f"sha256 of the unpacked bytes: {feed.sha256}",
        )
    return path


def _fetched(feed: Feed, places: FeedPlaces) -> Path:
    absent = FeedAbsent(
        f"the feed {feed.file} is not on this machine and could not be fetched",
        where=feed.url,
        do=(f"TRUCELINE_DATA names {places.not_there}, which is no folder: " if places.not_there else "")
        + "set TRUCELINE_DATA to a folder that holds it, or go on with the published figures",
        example="TRUCELINE_DATA=/path/to/feeds truceline demo",
    )
    if not places.network:
        raise absent
    import pooch  # noqa: PLC0415 - as above
    import requests  # noqa: PLC0415 - comes with pooch

    unpacked = feed.file.removesuffix(".gz")
    try:
        found = pooch.retrieve(
            feed.url,
            known_hash=f"sha256:{feed.sha256}",
            fname=Path(unpacked).name,
            path=places.cache / Path(unpacked).parent,
            downloader=pooch.HTTPDownloader(timeout=_TIMEOUT_S),
        )
    except (requests.RequestException, OSError, ValueError) as cause:
        raise absent from cause
    return Path(found)
