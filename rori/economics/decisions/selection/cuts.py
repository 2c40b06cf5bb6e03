"""Linear upper bounds on a table of worth that are as low as can be where they are asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from rori.economics.arrays import FloatArray
from rori.economics.decisions.selection.set_values import LocalTable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """Worth of a set <= base + sum of the slopes of its members; `slopes` has shape (n_members,)."""

    base: float
    slopes: FloatArray

    def at(self, bought: FloatArray) -> float:
        """Return the bound where each member is bought to a part in [0, 1]."""
        return self.base + float(self.slopes @ bought)


def lowest_cut(table: LocalTable, bought: FloatArray) -> Cut:
    """Return the linear upper bound on a table that is lowest at one point.

    Parameters
    ----------
    table : LocalTable
    bought : ndarray, shape (n_members,)
        To what part each member is bought, in [0, 1].

    Returns
    -------
    Cut
        Equal to the table's own value where `bought` is whole.

    Notes
    -----
    The dual of the linear programme of the concave closure: max sum_A v(A) w_A over weights of subsets whose marginals are
    `bought`. It makes the cuts of Nemhauser, Wolsey & Fisher (1978) general: nothing is asked of v. What the solver's
    rounding leaves below the table is added to the base, so the bound holds exactly.
    """
    masks = np.arange(table.values.size)
    inside = (masks[None, :] >> np.arange(len(table.members))[:, None] & 1).astype(np.float64)
    scale = float(np.abs(table.values).max()) or 1.0
    found = linprog(
        -table.values / scale,
        A_eq=np.vstack([np.ones(masks.size), inside]),
        b_eq=np.concatenate([[1.0], np.clip(bought, 0.0, 1.0)]),
        method="highs",
    )
    slopes = -scale * np.asarray(found.eqlin.marginals[1:])
    return Cut(base=float((table.values - slopes @ inside).max()), slopes=slopes)
