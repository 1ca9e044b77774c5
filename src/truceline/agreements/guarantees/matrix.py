"""Who guarantees whom: every guarantor and party against every beneficiary and party, empty cells shown.

Where only one side is promised something, the other side's column is empty and stays in the table; where some ask for
mutual guarantees, that is what they ask to see filled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from truceline.agreements.guarantees.standing import GuaranteeStanding
from truceline.model import Agreement


@dataclass(frozen=True, slots=True)
class Cell:
    """What one guarantor promised one beneficiary: the standings of it, none in an empty cell.

    ``oneself`` marks the cell of somebody with himself, which nothing can fill.
    """

    guarantor: str
    beneficiary: str
    standings: tuple[GuaranteeStanding, ...]
    oneself: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows are guarantors and parties, columns beneficiaries and parties, in the order of the agreement."""

    guarantors: tuple[str, ...]
    beneficiaries: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]

    @property
    def empty(self) -> tuple[tuple[str, str], ...]:
        """The pairs of guarantor and beneficiary between which nothing is promised."""
        return tuple(
            (cell.guarantor, cell.beneficiary)
            for row in self.cells
            for cell in row
            if not cell.standings and not cell.oneself
        )


def matrix(agreement: Agreement, standings: Sequence[GuaranteeStanding]) -> Matrix:
    """The matrix of all guarantees of an agreement, under every reading that the standings are of."""
    guarantees = [*agreement.guarantees, *(one for reading in agreement.readings for one in reading.guarantees)]
    rows = _in_order(agreement, [actor for one in guarantees for actor in one.guarantors])
    columns = _in_order(agreement, [actor for one in guarantees for actor in one.beneficiaries])
    return Matrix(rows, columns, tuple(tuple(_cell(row, column, standings) for column in columns) for row in rows))


def _in_order(agreement: Agreement, named: Sequence[str]) -> tuple[str, ...]:
    """The parties, then the others that are named, in the order of the agreement."""
    actors = tuple(actor.id for actor in agreement.actors if actor.id in named)
    return tuple(dict.fromkeys((*(party.id for party in agreement.parties), *actors, *named)))


def _cell(guarantor: str, beneficiary: str, standings: Sequence[GuaranteeStanding]) -> Cell:
    mine = tuple(one for one in standings if (one.guarantor, one.beneficiary) == (guarantor, beneficiary))
    return Cell(guarantor, beneficiary, mine, guarantor == beneficiary)
