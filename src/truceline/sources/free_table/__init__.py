"""Any table at all, explained by a small mapping file that can be drafted from its header."""

from truceline.sources.free_table.draft import draft_mapping
from truceline.sources.free_table.reader import FORMAT

__all__ = ["FORMAT", "draft_mapping"]
