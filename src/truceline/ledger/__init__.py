"""The record that nobody can alter unseen: an append-only log, its witnesses, and proofs a third party checks alone."""
