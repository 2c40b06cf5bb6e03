"""The money side of an interruption: what each component costs, for one system or for many at once (model section 3)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rori.economics.arrays import BoolArray, FloatArray
from rori.economics.inputs.portfolio import LossProfile, System
from rori.economics.inputs.weekly import HOURS_PER_MONTH
from rori.economics.terms import Component

GROWING_WITH_CAPACITY = (Component.REVENUE, Component.LABOUR, Component.DEFECTION)
"""Components that are proportional to the capacity lost; the others depend on how long the interruption lasts alone."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spans:
    """Interruptions of n systems in m events, as far as money depends on them; shapes (n, m).

    Attributes
    ----------
    hours : ndarray
        Hours with any capacity lost.
    capacity_hours, earning_hours : ndarray
        Hours weighted by the capacity lost, and by the strength of the week as well.
    peak : ndarray
        Largest share of capacity lost, [0, 1].
    loses_data : ndarray of bool
        Whether data since the last good copy is gone; any shape that fits.
    """

    hours: FloatArray
    capacity_hours: FloatArray
    earning_hours: FloatArray
    peak: FloatArray
    loses_data: BoolArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LossTerms:
    """What n systems lose per hour, per incident and per threshold passed; shapes (n, 1), penalties (n, n_steps).

    Money in euros, thresholds in hours and infinite where there is none. `penalties_eur` has one column more than
    `penalty_hours`: what is due before the first step, nothing.
    """

    revenue_eur_per_hour: FloatArray
    labour_eur_per_hour: FloatArray
    response_eur_per_incident: FloatArray
    response_eur_per_hour: FloatArray
    penalty_hours: FloatArray
    penalties_eur: FloatArray
    defection_eur: FloatArray
    defection_onset_hours: FloatArray
    defection_full_hours: FloatArray
    reportable_hours: FloatArray
    regulatory_eur: FloatArray
    tolerance_hours: FloatArray
    reputation_eur: FloatArray
    data_loss_eur: FloatArray

    @classmethod
    def of(cls, systems: Sequence[System]) -> LossTerms:
        """Collect the terms of some systems; those without a loss profile lose nothing."""
        rows = [_row(system) for system in systems]
        columns = {
            name: np.array([row[name] for row in rows]).reshape(-1, 1)
            for name in cls.__slots__
            if name not in {"penalty_hours", "penalties_eur"}
        }
        schedules = [() if system.loss is None else system.loss.penalty_steps for system in systems]
        longest = max((len(steps) for steps in schedules), default=0)
        hours = np.full((len(systems), longest), math.inf)
        due = np.zeros((len(systems), longest + 1))
        for number, steps in enumerate(schedules):
            for position, step in enumerate(steps):
                hours[number, position], due[number, position + 1] = step.from_hours, step.penalty_eur
        return cls(penalty_hours=hours, penalties_eur=due, **columns)

    def rows(self, rows: Sequence[int]) -> LossTerms:
        """Pick some of the systems."""
        picked = list(rows)
        return LossTerms(**{name: getattr(self, name)[picked] for name in self.__slots__})

    def losses(self, spans: Spans) -> Mapping[Component, FloatArray]:
        """Return euros lost by component, shape (n, m) each; components that no system has are absent."""
        hours = spans.hours
        found: dict[Component, FloatArray] = {}
        if self.revenue_eur_per_hour.any():
            found[Component.REVENUE] = self.revenue_eur_per_hour * spans.earning_hours
        if self.labour_eur_per_hour.any():
            found[Component.LABOUR] = self.labour_eur_per_hour * spans.capacity_hours
        if self.response_eur_per_incident.any() or self.response_eur_per_hour.any():
            due = self.response_eur_per_incident + self.response_eur_per_hour * hours
            found[Component.RESPONSE] = np.where(hours > 0.0, due, 0.0)
        if self.penalty_hours.size:
            found[Component.PENALTIES] = self._penalties(hours)
        if self.defection_eur.any():
            found[Component.DEFECTION] = self.defection_eur * self._share_leaving(hours) * spans.peak
        if self.regulatory_eur.any():
            reportable = (hours > 0.0) & (hours >= self.reportable_hours)
            found[Component.REGULATORY] = np.where(reportable, self.regulatory_eur, 0.0)
        if self.reputation_eur.any():
            found[Component.REPUTATION] = np.where(hours > self.tolerance_hours, self.reputation_eur, 0.0)
        if self.data_loss_eur.any():
            found[Component.DATA_LOSS] = np.where(spans.loses_data & (hours > 0.0), self.data_loss_eur, 0.0)
        return found

    def _penalties(self, hours: FloatArray) -> FloatArray:
        """Step schedule by duration: the step that has been reached is due in total."""
        step = np.zeros(hours.shape, dtype=np.int64)
        for starts in self.penalty_hours.T:
            step += hours >= starts[:, None]
        return np.where(hours > 0.0, np.take_along_axis(self.penalties_eur, step, axis=1), 0.0)

    def _share_leaving(self, hours: FloatArray) -> FloatArray:
        """Share of the clients that would ever leave: 0 until onset, rising linearly to 1 at full hours."""
        width = self.defection_full_hours - self.defection_onset_hours
        ramp = np.clip((hours - self.defection_onset_hours) / np.where(width > 0.0, width, 1.0), 0.0, 1.0)
        return np.where(width > 0.0, ramp, hours > self.defection_onset_hours)


def thresholds_of(system: System) -> tuple[float, ...]:
    """Hours of interruption at which something new becomes due or the tolerance is passed, without order."""
    found = [] if system.impact_tolerance_hours is None else [system.impact_tolerance_hours]
    profile = system.loss
    if profile is None:
        return tuple(found)
    found += [step.from_hours for step in profile.penalty_steps]
    if _worth_of_clients(profile):
        found += [profile.defection_onset_hours, profile.defection_full_hours]
    if profile.reportable_after_hours is not None:
        found.append(profile.reportable_after_hours)
    return tuple(found)


def _worth_of_clients(profile: LossProfile) -> float:
    """Clients x probability of leaving x margin x remaining years."""
    return (
        profile.clients * profile.defection_probability * profile.margin_eur_per_client_year * profile.remaining_years
    )


def _row(system: System) -> Mapping[str, float]:
    profile = LossProfile() if system.loss is None else system.loss
    reportable = profile.reportable_after_hours
    ceiling = math.inf if profile.penalty_ceiling_eur is None else profile.penalty_ceiling_eur
    tolerance = system.impact_tolerance_hours
    lasting_hours = profile.reputation_half_life_months * HOURS_PER_MONTH / math.log(2.0)
    dip = profile.revenue_eur_per_hour * profile.reputation_dip * lasting_hours
    return {
        "revenue_eur_per_hour": profile.revenue_eur_per_hour * (1.0 - profile.recovered_share),
        "labour_eur_per_hour": profile.idle_people * profile.loaded_cost_eur_per_person_hour,
        "response_eur_per_incident": profile.response_eur_per_incident,
        "response_eur_per_hour": profile.response_eur_per_hour,
        "defection_eur": _worth_of_clients(profile),
        "defection_onset_hours": profile.defection_onset_hours,
        "defection_full_hours": profile.defection_full_hours,
        "reportable_hours": math.inf if reportable is None else reportable,
        "regulatory_eur": 0.0
        if reportable is None
        else profile.notification_eur + min(profile.expected_penalty_eur, ceiling),
        "tolerance_hours": math.inf if tolerance is None else tolerance,
        "reputation_eur": 0.0 if tolerance is None else dip,
        "data_loss_eur": profile.data_recreation_eur_per_hour * (system.rpo_hours or 0.0),
    }
