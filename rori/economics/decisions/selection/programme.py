"""A mixed-integer linear programme as it is laid down column by column and row by row, solved by HiGHS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from rori.economics.arrays import FloatArray

RELATIVE_GAP = 1e-6
"""HiGHS stops when the bound is so near."""

_INFEASIBLE = 2
"""Status of scipy.optimize.milp."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Point:
    """Values of the columns, shape (n_columns,), None when none were found in time; and what no point can pass."""

    values: FloatArray | None
    bound: float


@dataclass(slots=True, kw_only=True)
class Programme:
    """Maximise gain @ x where low <= rows @ x <= high and 0 <= x <= 1, some x whole."""

    gain: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)

    def column(self, gain: float = 0.0, *, whole: bool = False) -> int:
        """Add a column and return its number."""
        self.gain.append(gain)
        self.whole.append(int(whole))
        return len(self.gain) - 1

    def row(self, terms: Mapping[int, float], low: float, high: float) -> None:
        """Add a row: column to coefficient."""
        self.entries += [(len(self.low), column, value) for column, value in terms.items()]
        self.low.append(low)
        self.high.append(high)

    def solved(self, most_seconds: float, *, broken: bool = False) -> Point | None:
        """Solve it, with broken values for whole ones if asked; None when no point keeps the rows."""
        if not self.gain:
            fits = all(low <= 0.0 <= high for low, high in zip(self.low, self.high, strict=True))
            return Point(values=np.zeros(0), bound=0.0) if fits else None
        constraints = []
        if self.low:
            rows, columns, values = zip(*self.entries, strict=True)
            matrix = csr_array((values, (rows, columns)), shape=(len(self.low), len(self.gain)))
            constraints = [LinearConstraint(matrix, self.low, self.high)]
        found = milp(
            -np.array(self.gain),
            integrality=np.zeros(len(self.gain), dtype=np.int64) if broken else np.array(self.whole, dtype=np.int64),
            bounds=Bounds(0.0, 1.0),
            constraints=constraints,
            options={"time_limit": most_seconds, "mip_rel_gap": RELATIVE_GAP},
        )
        if found.status == _INFEASIBLE:
            return None
        bound = found.fun if broken else found.mip_dual_bound
        return Point(values=found.x, bound=np.inf if bound is None else -float(bound))
