"""What is insured against: systems, what their interruption costs, how they fail, what they need (model section 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rori.economics.checks import require_above, require_at_least, require_fraction, require_text
from rori.economics.inputs.estimates import LognormalEstimate, PertEstimate
from rori.economics.inputs.measures import Measure
from rori.economics.inputs.weekly import FLAT, HOURS_PER_WEEK, WeeklyProfile
from rori.economics.terms import Cause, SystemKind, Tier
from rori.errors import InputError, NotFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyStep:
    """One step of a penalty schedule: from `from_hours` of interruption on, `penalty_eur` in total is due."""

    from_hours: float
    penalty_eur: float

    def __post_init__(self) -> None:
        require_at_least("penalty step hours", self.from_hours, 0.0)
        require_at_least("penalty step amount", self.penalty_eur, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LossProfile:
    """What one hour, one incident and one breach of tolerance cost; every component is optional (0).

    Money in euros >= 0, shares and probabilities in [0, 1], times in hours unless the name says otherwise.
    The components are defined in model section 3 and computed in `rori.economics.interruption.loss`.
    """

    revenue_eur_per_hour: float = 0.0
    recovered_share: float = 0.0
    weekly_profile: WeeklyProfile = FLAT
    idle_people: float = 0.0
    loaded_cost_eur_per_person_hour: float = 0.0
    response_eur_per_incident: float = 0.0
    response_eur_per_hour: float = 0.0
    penalty_steps: tuple[PenaltyStep, ...] = ()
    clients: float = 0.0
    defection_probability: float = 0.0
    defection_onset_hours: float = 0.0
    defection_full_hours: float = 0.0
    margin_eur_per_client_year: float = 0.0
    remaining_years: float = 0.0
    reportable_after_hours: float | None = None
    notification_eur: float = 0.0
    expected_penalty_eur: float = 0.0
    penalty_ceiling_eur: float | None = None
    reputation_dip: float = 0.0
    reputation_half_life_months: float = 0.0
    data_recreation_eur_per_hour: float = 0.0

    def __post_init__(self) -> None:
        for name in (
            *("revenue_eur_per_hour", "idle_people", "loaded_cost_eur_per_person_hour", "response_eur_per_incident"),
            *("response_eur_per_hour", "clients", "defection_onset_hours", "defection_full_hours"),
            *("margin_eur_per_client_year", "remaining_years", "notification_eur", "expected_penalty_eur"),
            *("reputation_half_life_months", "data_recreation_eur_per_hour"),
        ):
            require_at_least(name, getattr(self, name), 0.0)
        for name in ("recovered_share", "defection_probability", "reputation_dip"):
            require_fraction(name, getattr(self, name))
        for name in ("reportable_after_hours", "penalty_ceiling_eur"):
            if getattr(self, name) is not None:
                require_at_least(name, getattr(self, name), 0.0)
        if self.defection_full_hours < self.defection_onset_hours:
            raise InputError(
                "defection_full_hours",
                f"at least the onset ({self.defection_onset_hours:g})",
                self.defection_full_hours,
            )
        starts = [step.from_hours for step in self.penalty_steps]
        if starts != sorted(set(starts)):
            raise InputError("penalty_steps", "in rising order of hours, each once", starts)


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Something whose failure may stop economic activity. Tags are `key=value`, such as `cloud=aws`."""

    id: str
    name: str
    owner: str = ""
    tier: Tier = Tier.STANDARD
    kind: SystemKind = SystemKind.APPLICATION
    third_party: bool = False
    critical_or_important_function: bool = False
    rto_hours: float | None = None
    rpo_hours: float | None = None
    impact_tolerance_hours: float | None = None
    tags: tuple[str, ...] = ()
    loss: LossProfile | None = None

    def __post_init__(self) -> None:
        require_text("id", self.id)
        require_text("name", self.name)
        for name in ("rto_hours", "rpo_hours", "impact_tolerance_hours"):
            if getattr(self, name) is not None:
                require_at_least(name, getattr(self, name), 0.0)
        for tag in self.tags:
            key, _, value = tag.partition("=")
            if not key or not value:
                raise InputError("tags", "written key=value, such as cloud=aws", tag)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureMode:
    """One way in which one system fails.

    `events_per_year` says what is not known about the rate (drawn once per path); `duration_hours` and `capacity_lost`
    say how outages differ from one another (drawn once per event). `start_hours` limits the start to these hours of
    the week (0 = Monday 00:00), empty means any.
    """

    id: str
    system_id: str
    name: str
    cause: Cause
    events_per_year: LognormalEstimate
    duration_hours: LognormalEstimate
    capacity_lost: PertEstimate
    loses_data: bool = False
    start_hours: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        require_text("id", self.id)
        require_text("name", self.name)
        require_above("duration_hours", self.duration_hours.p5, 0.0)
        require_fraction("capacity_lost low", self.capacity_lost.low)
        require_fraction("capacity_lost high", self.capacity_lost.high)
        if any(not 0 <= hour < HOURS_PER_WEEK for hour in self.start_hours):
            raise InputError("start_hours", "hours of the week from 0 to 167", self.start_hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonCause:
    """One event that hits every system carrying `tag` at once.

    An exposed system is down, fully, with probability `hit_probability` x `share_reached`, where the share is how much
    of the estate a faulty change reaches before its rollout is stopped. Systems are hit independently given the event.
    """

    id: str
    name: str
    tag: str
    events_per_year: LognormalEstimate
    duration_hours: LognormalEstimate
    hit_probability: float = 1.0
    share_reached: float = 1.0

    def __post_init__(self) -> None:
        require_text("id", self.id)
        require_text("name", self.name)
        require_text("tag", self.tag)
        require_above("duration_hours", self.duration_hours.p5, 0.0)
        require_fraction("hit_probability", self.hit_probability)
        require_fraction("share_reached", self.share_reached)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """A consumer that needs a provider.

    `degradation` is the share of the consumer's capacity lost when the provider is fully lost, after `buffer_hours`.
    Providers of one consumer in the same `redundancy_group` stand in for one another: the group works while
    `needed` of them work, and changing over takes `failover_hours`.
    """

    id: str
    consumer_id: str
    provider_id: str
    degradation: float = 1.0
    buffer_hours: float = 0.0
    redundancy_group: str = ""
    needed: int = 1
    failover_hours: float = 0.0

    def __post_init__(self) -> None:
        require_text("id", self.id)
        if self.consumer_id == self.provider_id:
            raise InputError("provider", "another system than the consumer", self.provider_id)
        require_fraction("degradation", self.degradation)
        require_at_least("buffer_hours", self.buffer_hours, 0.0)
        require_at_least("failover_hours", self.failover_hours, 0.0)
        require_at_least("needed", self.needed, 1)

    @property
    def is_hard(self) -> bool:
        """Whether the consumer stops wholly and at once with its provider."""
        return self.degradation == 1.0 and self.buffer_hours == 0.0 and not self.redundancy_group


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """Everything that the calculator needs to know, consistent as a whole.

    Raises
    ------
    InputError
        When ids repeat within a kind or a reference names nothing.
    """

    systems: tuple[System, ...] = ()
    failure_modes: tuple[FailureMode, ...] = ()
    common_causes: tuple[CommonCause, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    measures: tuple[Measure, ...] = field(default=())

    def __post_init__(self) -> None:
        for kind in ("systems", "failure_modes", "common_causes", "dependencies", "measures"):
            repeated = [key for key, times in Counter(item.id for item in getattr(self, kind)).items() if times > 1]
            if repeated:
                raise InputError(f"ids of {kind.replace('_', ' ')}", "unique", repeated[0])
        known = {system.id for system in self.systems}
        _require_known("system of failure mode", (mode.system_id for mode in self.failure_modes), known)
        _require_known("consumer", (link.consumer_id for link in self.dependencies), known)
        _require_known("provider", (link.provider_id for link in self.dependencies), known)

    def system(self, system_id: str) -> System:
        """Return one system; NotFoundError when there is none with this id."""
        for system in self.systems:
            if system.id == system_id:
                return system
        raise NotFoundError(f"there is no system {system_id!r}")

    def chosen_measures(self, measure_ids: tuple[str, ...]) -> tuple[Measure, ...]:
        """Return the measures with these ids in the order of the portfolio; NotFoundError names one that is missing."""
        known = {measure.id for measure in self.measures}
        for measure_id in measure_ids:
            if measure_id not in known:
                raise NotFoundError(f"there is no measure {measure_id!r}")
        return tuple(measure for measure in self.measures if measure.id in measure_ids)


def _require_known(name: str, references: Iterable[str], known: set[str]) -> None:
    for reference in references:
        if reference not in known:
            raise InputError(name, "the id of a system", reference)
