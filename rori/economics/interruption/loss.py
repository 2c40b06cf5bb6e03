"""The loss of one interruption, component by component (model section 3), for many interruptions at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import BoolArray, FloatArray
from rori.economics.inputs.portfolio import System
from rori.economics.inputs.weekly import integral_to
from rori.economics.interruption.loss_terms import LossTerms, Spans
from rori.economics.terms import Component


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One stretch of an interruption in every event: `level` of the capacity is lost from `start` to `end`.

    Shapes (n_events,), hours since the event began; end = start where the stretch does not happen.
    """

    level: FloatArray
    start: FloatArray
    end: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruptions:
    """The interruptions of one system in many events, each a step function of capacity lost.

    Attributes
    ----------
    stretches : tuple of Stretch
        They do not overlap.
    start_hour : ndarray, shape (n_events,)
        Hour of the week at which the event began, [0, 168).
    loses_data : ndarray of bool, shape (n_events,)
        Whether data since the last good copy is gone.
    """

    stretches: tuple[Stretch, ...]
    start_hour: FloatArray
    loses_data: BoolArray

    @property
    def capacity_hours(self) -> FloatArray:
        """Hours weighted by the capacity lost, shape (n_events,)."""
        return self._sum(lambda part: part.level * (part.end - part.start))

    @property
    def hours(self) -> FloatArray:
        """Hours with any capacity lost, shape (n_events,)."""
        return self._sum(lambda part: np.where(part.level > 0.0, part.end - part.start, 0.0))

    @property
    def peak(self) -> FloatArray:
        """Largest share of capacity lost, shape (n_events,)."""
        peak = np.zeros_like(self.start_hour)
        for part in self.stretches:
            peak = np.maximum(peak, np.where(part.end > part.start, part.level, 0.0))
        return peak

    def weighted_hours(self, cumulative: FloatArray) -> FloatArray:
        """Capacity hours weighted by a weekly profile (its integral in closed form), shape (n_events,)."""

        def stretch(part: Stretch) -> FloatArray:
            until = integral_to(cumulative, self.start_hour + part.end)
            return part.level * (until - integral_to(cumulative, self.start_hour + part.start))

        return self._sum(stretch)

    def _sum(self, term: Callable[[Stretch], FloatArray]) -> FloatArray:
        total = np.zeros_like(self.start_hour)
        for part in self.stretches:
            total += term(part)
        return total


def loss_by_component(system: System, interruptions: Interruptions) -> Mapping[Component, FloatArray]:
    """Money lost in each event by one system.

    Parameters
    ----------
    system : System
        With its loss profile; without one nothing is lost.
    interruptions : Interruptions
        n_events of them.

    Returns
    -------
    dict
        Component to euros, shape (n_events,); components that the profile leaves out are absent.
    """
    if system.loss is None:
        return {}
    weekly, capacity_hours = system.loss.weekly_profile, interruptions.capacity_hours
    earning = capacity_hours if weekly.is_flat else interruptions.weighted_hours(weekly.cumulative())
    spans = Spans(
        hours=interruptions.hours[None],
        capacity_hours=capacity_hours[None],
        earning_hours=earning[None],
        peak=interruptions.peak[None],
        loses_data=interruptions.loses_data[None],
    )
    return {component: euros[0] for component, euros in LossTerms.of((system,)).losses(spans).items()}
