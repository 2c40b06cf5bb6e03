"""What each figure means, one click away; the Method page has the formulas with their sources."""

from __future__ import annotations

RORI = (
    "Resilient Return on Investment = (PV prevented loss - PV cost) / PV cost; PV is present value. 0 % earns back its cost "
    "and no more. Not the Return On Response Investment of papers on intrusion response. The range holds nine of ten "
    "simulated futures."
)
PAYS = "Share of the simulated futures in which RORI is above 0: the prevented loss alone pays for the cost."
PREVENTED = (
    "Expected loss without - with the measures, in the same simulated futures, per year on average over the horizon, in "
    "prices of year 0. Time before a measure is live counts, with nothing prevented."
)
NPV = "Net present value = PV prevented loss + PV dividend - PV cost."
ROI = "Traditional return on investment = (PV dividend - PV cost) / PV cost. It sees none of the prevented loss."
PAYBACK = (
    "When the cumulative net cash flow turns positive for good; within a year money is taken to flow evenly. Discounted: "
    "the same with present values."
)
BCR = "Benefit-cost ratio = (PV prevented loss + PV dividend) / PV cost. Above 1 the measures earn more than they cost."
ALE = "Expected annual loss (ALE): mean loss of a year over all simulated futures, in prices of year 0."
CHANCE = "Share of the simulated years in which anything is lost."
VAR = "Value at risk: annual loss that is not exceeded with this probability (Rockafellar and Uryasev 2002)."
TVAR = "Tail value at risk: mean annual loss of the worst years beyond that level (Acerbi and Tasche 2002)."
EXCEEDANCE = (
    "Loss exceedance curve: how likely a year is that costs more than an amount. AEP takes the total of a year, OEP its "
    "largest single event. Further left is better. 1 % per year is once in 100 years on average."
)
TOLERANCE = "Share of the years in which an interruption of the system outlasts its impact tolerance."
HOURS = "Hours of interruption per year, weighted by the share of capacity lost."
TRANSFER = "An insurance pays, it prevents nothing. Its premium and payouts are in no figure above."
CASH_FLOW = (
    "Expected flows in money of each year. Capex falls at the start (year 0). The line adds up present values: where it "
    "crosses 0 the money is back."
)
STANDARD_ERROR = (
    "± is one standard error: how far a figure may be off because only so many futures were simulated. It shrinks with more "
    "paths. It says nothing about how good the estimates are that went in."
)
RETURNS = (
    ("RORI with dividend", "(PV prevented loss + PV dividend - PV cost) / PV cost"),
    ("IRR", "Every rate at which the NPV is 0; there can be none, one or several (Lorie and Savage 1955)"),
    ("MIRR", "Rate at which payments grow to the gains when those are invested again at the discount rate (Lin 1976)"),
    (
        "SIR",
        "Savings-to-investment ratio = 1 + NPV / capex (ASTM E917); NIST's EDGe prints NPV / capex under this name",
    ),
)
