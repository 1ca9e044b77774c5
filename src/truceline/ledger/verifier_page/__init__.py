"""The page that checks a proof bundle without us: one file, opened from a memory stick, no server and no network."""
