"""Counting rules."""
