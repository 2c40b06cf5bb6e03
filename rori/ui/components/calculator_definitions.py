"""What the sliders and figures of the calculator mean, in a sentence or two."""

from __future__ import annotations

FREQUENCY = "Factor on the events per year, P5 and P95 alike. 2 means twice as often."
DURATION = "Factor on how long outages last, P5 and P95 alike. 2 means twice as long."
SOURCE = "What the two factors are about: every failure mode and common cause, or one of them."
STRENGTH = (
    "Share of every effect that is realised: 100 % as estimated, 0 % nothing. A factor m becomes 1 - share x (1 - m); a "
    "value that replaces another is reached by this share of the way."
)
COST = "Factor on the capex and opex of all measures of the case."
RATE = "Nominal discount rate per year. A higher rate makes later years count less."
HORIZON = "Number of years over which the case is judged."
NO_LOSS = "Chance that a year passes in which nothing is lost at all."
BREAK_EVEN = (
    "One quantity is moved, all others stay as estimated, until the prevented loss just pays the cost. Solved on expected "
    "values (Brent 1973), so without random error."
)
PAYS_FOR_ITSELF = (
    "Mean loss of such an outage over all hours of the week, in today's design, dependencies included, set against the "
    "level yearly amount whose present value is the cost."
)
METHOD = (
    "No simulation: the distribution of a year's loss is computed by fast Fourier transform (Gruebel and Hermesmeier 1999). "
    "Figures are good to about 1 %. The sliders hold each effect of a measure at its expected size; the check below has its spread too."
)
