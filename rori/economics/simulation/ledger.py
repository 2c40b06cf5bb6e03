"""Where a chunk of paths books what its events cost, and how chunks add up without losing digits or order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import FloatArray
from rori.economics.interruption.tables import COMPONENTS
from rori.economics.simulation.booking import Entry
from rori.economics.terms import Cause

__all__ = ["CAUSES", "COMPONENTS", "BatchSums", "Ledger"]

CAUSES = tuple(Cause)


class Ledger:
    """Everything that one world (without or with measures) loses in one chunk of paths.

    Parameters
    ----------
    n_systems, n_years, n_batches : int
        Years are those of all paths of the chunk.
    detailed : bool
        Whether systems, components, causes and tolerances are kept.

    Attributes
    ----------
    annual, largest : ndarray, shape (n_years,)
        Loss of each year, and its largest single event, euros.
    by_system, hours, by_component, by_cause : ndarray, shape (n_things, n_batches)
        Totals over the batch, euros or capacity hours.
    exceeded : ndarray of bool, shape (n_systems, n_years)
        Whether an interruption passed the impact tolerance in the year.
    """

    def __init__(self, n_systems: int, n_years: int, n_batches: int, *, detailed: bool = True) -> None:
        self.detailed = detailed
        self.annual, self.largest = np.zeros((2, n_years))
        kept = n_systems if detailed else 0
        self.by_system, self.hours = np.zeros((2, kept, n_batches))
        self.exceeded = np.zeros((kept, n_years), dtype=np.bool_)
        self.by_component = np.zeros((len(COMPONENTS), n_batches))
        self.by_cause = np.zeros((len(CAUSES), n_batches))

    def book(self, annual: FloatArray, largest: FloatArray, entries: Sequence[Entry], cause: Cause) -> None:
        """Add one source: its losses by year, its largest event of each year and its entries."""
        self.annual += annual
        np.maximum(self.largest, largest, out=self.largest)
        if self.detailed:
            for entry in entries:
                self._book_entry(entry, CAUSES.index(cause))

    def _book_entry(self, entry: Entry, cause: int) -> None:
        self.by_component += entry.by_component
        for rows, loss, hours in entry.by_system:
            picked = list(rows)
            self.by_system[picked] += loss
            self.hours[picked] += hours
            self.by_cause[cause] += loss.sum(axis=0)
        for row, years in entry.exceeded:
            self.exceeded[row, years] = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BatchSums:
    """Figures summed over batches of paths; a mean and its standard error follow from any number of batches.

    Attributes
    ----------
    sums : ndarray, shape (..., n_batches)
        Sum of each figure over the years of a batch.
    years : ndarray, shape (n_batches,)
        Number of years in each batch.

    Notes
    -----
    Batch means (Asmussen & Glynn 2007, Stochastic Simulation, ch. IV.5): paths are independent, so batches are. With
    batches of n_b years of N in all, the variance of the mean is sum((S_b - n_b mean)^2) / N^2 / (1 - sum(n_b^2) / N^2),
    which is free of bias when the variance of S_b is proportional to n_b.
    """

    sums: FloatArray
    years: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Mean per year."""
        return np.asarray(self.sums.sum(axis=-1) / self.years.sum())

    @property
    def standard_error(self) -> FloatArray:
        """Standard error of the mean per year."""
        n_years = self.years.sum()
        deviations = self.sums - self.years * self.mean[..., None]
        unbiased = 1.0 - float((self.years**2).sum() / n_years**2)
        return np.asarray(np.sqrt((deviations**2).sum(axis=-1) / unbiased) / n_years)
