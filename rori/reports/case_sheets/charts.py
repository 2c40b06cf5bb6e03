"""The native Excel charts of a case, in the two colours of the house."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from rori.reports.plain_text import chart_text
from rori.reports.styles import FONT, INK, PREVENTED, QUIET, WITH

SHORT_MONEY = '[>=1000000]#,##0.0,,"m";[>=1000]#,##0,"k";#,##0'
"""For amounts of at least 0 only: a condition in a number format drops the minus."""
GRIDLINES = {"visible": True, "line": {"color": "#E3E7EA", "width": 0.75}}


def title(words: str) -> dict[str, Any]:
    """Return the title of a chart, with text of users made harmless."""
    return {
        "name": chart_text(words),
        "name_font": {"name": FONT, "size": 13, "bold": True, "color": INK},
        "overlay": False,
    }


def axis(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return an axis in house style."""
    return {
        "name": chart_text(name),
        "name_font": {"name": FONT, "size": 10, "bold": False, "color": QUIET},
        "num_font": {"name": FONT, "size": 10, "color": INK},
        "line": {"color": "#9AA4AB"},
        **more,
    }


def decades(values: Sequence[float]) -> dict[str, float]:
    """Return the powers of ten that enclose positive values, for a logarithmic axis."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return {"log_base": 10, "min": 10.0**low, "max": 10.0 ** max(high, low + 1), "crossing": 10.0**low}


def columns_over_years(book: Workbook, years: str, amounts: str, name: str) -> Chart:
    """Return columns by year, coloured as what happens with the measures."""
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": years, "values": amounts, "fill": {"color": WITH}, "gap": 60})
    chart.set_x_axis(axis("Year", label_position="low"))
    chart.set_y_axis(axis(name, num_format="#,##0", major_gridlines=GRIDLINES))
    chart.set_legend({"none": True})
    return chart


def bars(book: Workbook, names: str, amounts: str, words: str, unit: str) -> Chart:
    """Return horizontal bars of prevented loss, the first on top."""
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "categories": names,
            "values": amounts,
            "fill": {"color": PREVENTED},
            "gap": 45,
            "data_labels": {"value": True, "num_format": "#,##0", "font": {"name": FONT, "size": 9, "color": INK}},
        }
    )
    chart.set_title(title(words))
    chart.set_y_axis(axis("", reverse=True, crossing="max", label_position="low", interval_unit=1))
    chart.set_x_axis(axis(f"Prevented loss ({unit} per year)", num_format="#,##0", major_gridlines=GRIDLINES))
    chart.set_legend({"none": True})
    return chart
