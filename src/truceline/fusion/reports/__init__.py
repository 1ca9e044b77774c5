"""Reports of several sources grouped into incidents by probability: who tells of the same, how sure, how many."""

from truceline.fusion.reports.grouping import group_reports

__all__ = ["group_reports"]
