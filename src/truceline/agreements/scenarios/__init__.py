"""Scenarios: short stories with their expected findings, which a lawyer can read, write and run."""

from __future__ import annotations

from truceline.agreements.scenarios.running import Outcome, files_not_run, run_scenario, scenario_files

__all__ = ["Outcome", "files_not_run", "run_scenario", "scenario_files"]
