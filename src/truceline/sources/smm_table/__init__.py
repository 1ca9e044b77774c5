"""The daily table of ceasefire violations in the style of the OSCE Special Monitoring Mission to Ukraine."""

from truceline.sources.smm_table.reader import FORMAT

__all__ = ["FORMAT"]
