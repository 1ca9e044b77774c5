"""Foreign formats, one folder each: from a file to observations, coverage, claims and rejected rows."""

from truceline.sources.protocol import FolderFormat, ReadOptions, Record, SourceFile, SourceFormat
from truceline.sources.registry import check_settings, format_names, source_format

__all__ = [
    "FolderFormat",
    "ReadOptions",
    "Record",
    "SourceFile",
    "SourceFormat",
    "check_settings",
    "format_names",
    "source_format",
]
