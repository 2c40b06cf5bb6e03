"""The loss of one interruption, component by component (model section 3), for many interruptions at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import BoolArray, FloatArray
from rori.economics.portfolio import LossProfile, System
from rori.economics.terms import Component
from rori.economics.weekly import HOURS_PER_MONTH, integral_to


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
    profile = system.loss
    if profile is None:
        return {}
    hours = interruptions.hours
    parts = {
        Component.REVENUE: _revenue(profile, interruptions),
        Component.LABOUR: _labour(profile, interruptions),
        Component.RESPONSE: _response(profile, hours),
        Component.PENALTIES: _penalties(profile, hours),
        Component.DEFECTION: _defection(profile, hours, interruptions),
        Component.REGULATORY: _regulatory(profile, hours),
        Component.REPUTATION: _reputation(profile, system.impact_tolerance_hours, hours),
        Component.DATA_LOSS: _data_loss(profile, system.rpo_hours, interruptions),
    }
    return {component: euros for component, euros in parts.items() if euros is not None}


def _revenue(profile: LossProfile, interruptions: Interruptions) -> FloatArray | None:
    """Revenue per hour x weekly profile x capacity lost x (1 - share recovered later), integrated over time."""
    kept = profile.revenue_eur_per_hour * (1.0 - profile.recovered_share)
    if kept == 0.0:
        return None
    if profile.weekly_profile.is_flat:
        return kept * interruptions.capacity_hours
    return kept * interruptions.weighted_hours(profile.weekly_profile.cumulative())


def _labour(profile: LossProfile, interruptions: Interruptions) -> FloatArray | None:
    """People x loaded cost per hour x capacity lost, integrated over time."""
    cost = profile.idle_people * profile.loaded_cost_eur_per_person_hour
    return cost * interruptions.capacity_hours if cost else None


def _response(profile: LossProfile, hours: FloatArray) -> FloatArray | None:
    """Add what one incident costs to what every hour of it costs."""
    if not profile.response_eur_per_incident + profile.response_eur_per_hour:
        return None
    return np.where(hours > 0.0, profile.response_eur_per_incident + profile.response_eur_per_hour * hours, 0.0)


def _penalties(profile: LossProfile, hours: FloatArray) -> FloatArray | None:
    """Step schedule by duration: the step that has been reached is due in total."""
    if not profile.penalty_steps:
        return None
    due = np.array([0.0, *(step.penalty_eur for step in profile.penalty_steps)])
    starts = np.array([step.from_hours for step in profile.penalty_steps])
    return np.where(hours > 0.0, due[np.searchsorted(starts, hours, side="right")], 0.0)


def _defection(profile: LossProfile, hours: FloatArray, interruptions: Interruptions) -> FloatArray | None:
    """Clients hit x probability of leaving x margin x remaining years; 0 until onset, rising linearly to full."""
    worth = (
        profile.clients * profile.defection_probability * profile.margin_eur_per_client_year * profile.remaining_years
    )
    if not worth:
        return None
    onset, full = profile.defection_onset_hours, profile.defection_full_hours
    ramp = np.clip((hours - onset) / (full - onset), 0.0, 1.0) if full > onset else (hours > onset).astype(float)
    return worth * ramp * interruptions.peak


def _regulatory(profile: LossProfile, hours: FloatArray) -> FloatArray | None:
    """Cost of notifications and expected penalty (up to its ceiling) once the interruption is reportable."""
    if profile.reportable_after_hours is None:
        return None
    ceiling = math.inf if profile.penalty_ceiling_eur is None else profile.penalty_ceiling_eur
    due = profile.notification_eur + min(profile.expected_penalty_eur, ceiling)
    return np.where((hours > 0.0) & (hours >= profile.reportable_after_hours), due, 0.0) if due else None


def _reputation(profile: LossProfile, tolerance_hours: float | None, hours: FloatArray) -> FloatArray | None:
    """Revenue dip that starts when the tolerance is passed and halves every half-life: R x dip x half-life / ln 2."""
    lasting_hours = profile.reputation_half_life_months * HOURS_PER_MONTH / math.log(2.0)
    due = profile.revenue_eur_per_hour * profile.reputation_dip * lasting_hours
    if tolerance_hours is None or not due:
        return None
    return np.where(hours > tolerance_hours, due, 0.0)


def _data_loss(profile: LossProfile, rpo_hours: float | None, interruptions: Interruptions) -> FloatArray | None:
    """Work to recreate what lies between the last good copy (RPO) and the failure."""
    due = profile.data_recreation_eur_per_hour * (rpo_hours or 0.0)
    return np.where(interruptions.loses_data & (interruptions.hours > 0.0), due, 0.0) if due else None
