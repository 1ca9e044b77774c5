"""Totals that a party or body published about a period: shown beside what could be checked, never added up."""

from truceline.sources.party_claims.reader import FORMAT

__all__ = ["FORMAT"]
