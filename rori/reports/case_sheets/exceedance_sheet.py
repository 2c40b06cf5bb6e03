"""The sheet Loss exceedance: which loss is exceeded how often, as a table and a curve."""

from __future__ import annotations

from collections.abc import Callable

from xlsxwriter import Workbook

from rori.economics.results import ExceedancePoint, Simulated
from rori.reports.case_sheets.charts import GRIDLINES, SHORT_MONEY, axis, decades, title
from rori.reports.case_sheets.report import CaseReport
from rori.reports.case_sheets.sentences import rare_year
from rori.reports.grid import Cell, Grid
from rori.reports.plain_text import chart_text
from rori.reports.styles import FONT, INK, WITH, WITHOUT

NAME = "Loss exceedance"

_CHART_ROWS = 24
_CURVES: tuple[tuple[str, str, str, str, Callable[[ExceedancePoint], Simulated]], ...] = (
    ("Annual loss without measures", "C", WITHOUT, "solid", lambda point: point.annual_without),
    ("Annual loss with measures", "E", WITH, "solid", lambda point: point.annual_with),
    ("Largest event without measures", "G", WITHOUT, "dash", lambda point: point.largest_without),
    ("Largest event with measures", "I", WITH, "dash", lambda point: point.largest_with),
)


def write_exceedance(book: Workbook, grid: Grid, report: CaseReport) -> None:
    """Write the sheet: curve above, table below."""
    points = sorted(report.result.exceedance, key=lambda point: -point.probability)
    unit = report.currency
    grid.set_page((16, 16, *[17, 15] * 4), report.footer)
    grid.title(
        "Loss exceedance", "The loss that is exceeded in a year with the stated probability, in prices of year 0"
    )
    grid.sheet.freeze_panes(grid.row, 0)
    _draw(book, grid, report, points)
    grid.line("Annual loss: the year's total (AEP). Largest event: the year's largest single event (OEP).")
    labels = [f"{name} ({unit})" for name, *_ in _CURVES]
    headings = [heading for label in labels for heading in (label, f"Standard error ({unit})")]
    grid.header(("Probability (% per year)", "Return period (years)", *headings), words=())
    grid.sheet.repeat_rows(grid.row - 1)
    for point in points:
        figures = [
            Cell(amount, f"money+{scenario}" if amount == figure.value else "money")
            for (*_, pick), scenario in zip(_CURVES, ("without", "with") * 2, strict=True)
            for figure in (pick(point),)
            for amount in (figure.value, figure.standard_error)
        ]
        row = grid.row + 1
        grid.cells(
            [Cell(point.probability, "fine share"), Cell(point.return_period_years, "number", f"=1/A{row}"), *figures]
        )
    grid.finish()


def _draw(book: Workbook, grid: Grid, report: CaseReport, points: list[ExceedancePoint]) -> None:
    """Draw losses above 0; a logarithmic axis has no place for others."""
    first = grid.row + _CHART_ROWS + 1 + 2
    chart = book.add_chart({"type": "scatter", "subtype": "straight"})
    drawn: list[ExceedancePoint] = []
    losses: list[float] = []
    for name, column, colour, dash, pick in _CURVES:
        above_zero = [index for index, point in enumerate(points) if pick(point).value > 0.0]
        if len(above_zero) < 2:
            continue
        top, bottom = first + above_zero[0] + 1, first + above_zero[-1] + 1
        chart.add_series(
            {
                "name": name,
                "categories": f"='{NAME}'!${column}${top}:${column}${bottom}",
                "values": f"='{NAME}'!$A${top}:$A${bottom}",
                "line": {"color": colour, "width": 2.25 if dash == "solid" else 1.5, "dash_type": dash},
                "marker": {"type": "none"},
            }
        )
        drawn += [points[index] for index in above_zero]
        losses += [pick(points[index]).value for index in above_zero]
    if not losses:
        grid.line("There is no curve: no year of the run had a loss above 0 at these probabilities.")
        grid.row = first - 2
        return
    words = rare_year(report)
    chart.set_title(title(words))
    chart.set_x_axis(
        axis(f"Loss ({report.currency} per year)", num_format=SHORT_MONEY, major_gridlines=GRIDLINES, **decades(losses))
    )
    chances = [point.probability for point in drawn]
    chart.set_y_axis(
        axis("Probability per year of more", num_format="0.0##%", major_gridlines=GRIDLINES, **decades(chances))
    )
    chart.set_legend({"position": "bottom", "font": {"name": FONT, "size": 10, "color": INK}})
    grid.chart(chart, width=1000, rows=_CHART_ROWS, alt=chart_text(f"Loss exceedance curves. {words}"))
