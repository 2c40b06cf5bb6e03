"""How the grades of several controls combine at a requirement."""

from __future__ import annotations

from collections.abc import Iterable

from compliance.controls.control import Grade

SUPPORTS_SHARE = 0.25
LEAST_PARTIALS = 2

COMBINATION_RULE = (
    "Each answer has a value: yes 1, partly 0.5, no 0; not assessed counts as 0, and a control that is not applicable is "
    "left out. The coverage of a requirement is the highest of three figures: the best value among its full controls; "
    "the sum of the values of its partial controls divided by their number, but at least by 2; and a quarter of the best "
    "value among its supporting controls. A requirement is met at 1, partly met above 0, not met at 0 once all its "
    "controls are answered, and not assessed before. An answer given to the requirement itself, with a reason, takes the "
    "place of all that. Evidenced coverage follows the same rule, but counts a control only while it has at least one "
    "piece of approved evidence that is in force, tied to the control or to the requirement."
)
"""The rule as shown on a page."""


def coverage(values: Iterable[tuple[Grade, float]]) -> float:
    """Combine the values of the controls that count at a requirement.

    Parameters
    ----------
    values : iterable of (Grade, float)
        Grade of each applicable control and the value of its answer, a fraction from 0 to 1.

    Returns
    -------
    float
        Coverage from 0 to 1: max(best full, sum of partial / max(2, number of partial), 0.25 x best supporting); 0 when
        there is no control.

    Notes
    -----
    The rule is RORI's own: no law or standard defines one. Two partial controls are taken to be needed at least, because
    a single one meets only a distinct part; supporting controls alone never meet a requirement. The result never falls
    when a value rises.
    """
    by_grade: dict[Grade, list[float]] = {grade: [] for grade in Grade}
    for grade, value in values:
        by_grade[grade].append(value)
    partial = by_grade[Grade.PARTIAL]
    return max(
        max(by_grade[Grade.FULL], default=0.0),
        sum(partial) / max(LEAST_PARTIALS, len(partial)),
        SUPPORTS_SHARE * max(by_grade[Grade.SUPPORTS], default=0.0),
    )
