"""The register as people keep it: dated entries of what was done or said on the record, one to a row."""

from truceline.sources.register.reader import FORMAT

__all__ = ["FORMAT"]
