"""The sheet Provenance: how to repeat the run, how the figures are made, what the words mean."""

from __future__ import annotations

from rori.reports.case_sheets.report import CaseReport
from rori.reports.case_sheets.sentences import RORI_MEANS
from rori.reports.grid import Cell, Grid, text

NAME = "Provenance"

METHOD = (
    "Every path draws once what is not known (rates, sizes of effects) and, year by year, what chance does: events of"
    " every failure mode and common cause, each with its start in the week, duration and share of capacity lost. An"
    " interruption runs along the dependencies to everything that needs the failed system; its loss is the sum of the"
    " components on the sheet By component and cause. The years without and with the measures use the same random"
    " numbers, so the prevented loss is a paired difference and a measure that does nothing prevents exactly 0. Present"
    " values discount year ends to the start. The same inputs, seed and model version give the same figures to the last"
    " digit."
)

GLOSSARY = (
    (
        "Expected annual loss",
        "Mean loss of a year. It has no percentile of its own; percentiles are of the annual loss.",
    ),
    ("Prevented loss", "Expected loss without the measures less expected loss with them."),
    ("RORI", RORI_MEANS + "."),
    ("Traditional ROI", "(PV dividend - PV cost) / PV cost: sees none of the prevented loss."),
    ("Dividend", "Gains of a measure that come without any outage, such as lower running cost."),
    ("PV", "Present value: an amount discounted to the start of the case."),
    ("NPV", "Net present value: PV prevented loss + PV dividend - PV cost."),
    ("IRR", "Internal rate of return: the discount rate at which the NPV is 0, where there is exactly one."),
    ("VaR", "Value at risk: the annual loss that is exceeded with the probability 1 - level."),
    ("TVaR", "Tail value at risk: the mean annual loss of the worst years, 1 - level of them."),
    ("AEP, OEP", "Exceedance probability of the year's total (aggregate) and of its largest event (occurrence)."),
    ("Return period", "Mean number of years between years with a larger loss: 1 / probability."),
    ("Standard error", "Standard deviation of a figure over repeated runs; it shrinks with the number of paths."),
    ("P5, P50, P95", "Values that 5 %, 50 % and 95 % of the outcomes stay below."),
    (
        "Common cause",
        "One event that hits every system carrying a tag at once, and so defeats redundancy of equal parts.",
    ),
    ("Impact tolerance", "Longest interruption of a system that is tolerable."),
    ("Risk transfer", "Insurance: pays for losses, prevents none; never added to prevented loss."),
)


def write_provenance(grid: Grid, report: CaseReport) -> None:
    """Write the sheet."""
    source, result = report.provenance, report.result
    grid.set_page((32, 135), report.footer)
    grid.title(NAME, "What it takes to repeat this run and to check it")
    grid.sheet.freeze_panes(grid.row, 1)
    grid.section("Run")
    for label, content in (
        ("Run", text(source.run_id)),
        ("Date", Cell(source.created_at, "time+pad")),
        ("By", text(source.created_by)),
        ("Case", text(f"{report.case.id}: {report.case.name}")),
        ("Seed", text(str(source.seed))),
        ("Simulated years", text(f"{source.n_years:,} ({result.n_paths:,} paths of {result.horizon_years} years)")),
        ("Simulated events", text(f"{result.n_events:,}")),
        ("Hash of the inputs", text(source.input_hash)),
        ("Model version", text(source.model_version)),
        ("Program version", text(source.program_version)),
        ("Currency", text(source.currency)),
    ):
        grid.cells([text(label), content])
    grid.gap()
    grid.section("Method")
    grid.cells([text("How figures are made"), text(METHOD)])
    grid.gap()
    grid.section("Sources", "" if source.sources else "No source is stated.")
    for what, words in source.sources:
        grid.cells([text(what), text(words)])
    grid.gap()
    grid.section("Glossary")
    for word, means in GLOSSARY:
        grid.cells([Cell(word, "text+strong"), text(means)])
    grid.finish()
