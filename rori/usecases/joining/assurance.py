"""How far a measure counts: what its controls were answered and what proves it, as one number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from rori.economics.inputs.measures import Measure
from rori.errors import InputError

ANSWERS = ("yes", "partly", "no", "not_assessed", "not_applicable")
"""The answers that compliance knows, by their values."""


class Proof(StrEnum):
    """What stands behind an answer on a day."""

    FRESH = "fresh approved evidence"
    NONE = "no evidence"
    EXPIRED = "evidence expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssuranceValues:
    """What a control counts for, in [0, 1]; people set them.

    A control in place counts by its proof: fresh approved evidence, none (claimed), evidence that has expired. A control
    partly in place counts the share `partly` of that. One that is not in place or not assessed counts for nothing.
    """

    evidenced: float = 1.0
    claimed_without_evidence: float = 0.5
    expired: float = 0.0
    partly: float = 0.5

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if not 0.0 <= value <= 1.0:
                raise InputError(f"assurance value '{one.name.replace('_', ' ')}'", "a fraction in [0, 1]", value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlValue:
    """One control on a day: its answer (one of `ANSWERS`) and what proves it."""

    control_id: str
    answer: str = "not_assessed"
    proof: Proof = Proof.NONE

    def __post_init__(self) -> None:
        if self.answer not in ANSWERS:
            raise InputError(f"answer to control {self.control_id}", f"one of {', '.join(ANSWERS)}", self.answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureAssurance:
    """How far one measure counts, and which of its controls hold it there.

    `weakest` names the controls with the lowest value, empty where the measure counts in full. `no_control` says that no
    control vouches for the measure, so that it counts in full unchecked.
    """

    measure_id: str
    assurance: float
    weakest: tuple[ControlValue, ...] = ()
    no_control: bool = False


STANDARD = AssuranceValues()


def value_of_control(control: ControlValue, values: AssuranceValues = STANDARD) -> float | None:
    """Return what one control counts for, in [0, 1]; None when it is not applicable and so says nothing."""
    by_proof = {
        Proof.FRESH: values.evidenced,
        Proof.NONE: values.claimed_without_evidence,
        Proof.EXPIRED: values.expired,
    }
    match control.answer:
        case "not_applicable":
            return None
        case "yes":
            return by_proof[control.proof]
        case "partly":
            return values.partly * by_proof[control.proof]
        case _:
            return 0.0


def assurance_of_measure(control_values: Sequence[ControlValue], values: AssuranceValues = STANDARD) -> float:
    """Return how far a measure counts, in [0, 1]: as far as the weakest of its controls; 1 without any.

    The weakest and not the mean: a measure works only if all that it implements is in place (a failover that nobody has
    tested is no failover, however well it is documented), and a control added to a measure must not raise its assurance.
    """
    found = [value for control in control_values if (value := value_of_control(control, values)) is not None]
    return min(found, default=1.0)


def measure_assurance(
    measure: Measure, controls: Mapping[str, ControlValue], values: AssuranceValues = STANDARD
) -> MeasureAssurance:
    """Judge one measure by the controls that it names; a control that is not in `controls` is not assessed."""
    named = [controls.get(key, ControlValue(control_id=key)) for key in measure.control_ids]
    applicable = [control for control in named if value_of_control(control, values) is not None]
    assurance = assurance_of_measure(applicable, values)
    return MeasureAssurance(
        measure_id=measure.id,
        assurance=assurance,
        weakest=tuple(c for c in applicable if assurance < 1.0 and value_of_control(c, values) == assurance),
        no_control=not applicable,
    )


def assurance_by_measure(
    measures: Iterable[Measure], controls: Mapping[str, ControlValue], values: AssuranceValues = STANDARD
) -> tuple[MeasureAssurance, ...]:
    """Judge measures by the controls that they name, in order; risk transfers have no effects to assure and are left out."""
    return tuple(measure_assurance(measure, controls, values) for measure in measures if measure.transfer is None)
