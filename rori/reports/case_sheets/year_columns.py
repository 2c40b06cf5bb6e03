"""Where the years stand on the sheet Cash flow, for everything that refers to them."""

from __future__ import annotations

from dataclasses import dataclass

from rori.reports.case_sheets.report import CaseReport

NAME = "Cash flow"
_ALWAYS = "ABCDEFGHIJKLM"


@dataclass(frozen=True, slots=True, kw_only=True)
class YearColumns:
    """Rows as numbers that formulas use (the first row is 1), and letters of the columns that only some cases have.

    `depreciation` and `tax` are empty for a case without tax; `residual`, `net_with_residual` and `pv_with_residual` for
    one that has no residual value.
    """

    first: int
    last: int
    depreciation: str = ""
    tax: str = ""
    residual: str = ""
    net_with_residual: str = ""
    pv_with_residual: str = ""

    @classmethod
    def of(cls, report: CaseReport, first: int) -> YearColumns:
        """Lay out the table of a case whose year 0 stands in row `first`."""
        flows = report.result.investment.cash_flows
        free = iter("NOPQR")
        wanted = []
        if report.case.tax_rate > 0.0:
            wanted += ["depreciation", "tax"]
        if flows[-1].residual_value_eur != 0.0:
            wanted += ["residual", "net_with_residual", "pv_with_residual"]
        letters = {name: next(free) for name in wanted}
        return cls(first=first, last=first + len(flows) - 1, **letters)

    @property
    def letters(self) -> str:
        """All columns in order."""
        some = (self.depreciation, self.tax, self.residual, self.net_with_residual, self.pv_with_residual)
        return _ALWAYS + "".join(some)

    @property
    def net(self) -> str:
        """Column of what IRR is taken of."""
        return self.net_with_residual or "G"

    @property
    def present(self) -> str:
        """Column of present values that add up to the NPV."""
        return self.pv_with_residual or "I"

    def span(self, column: str) -> str:
        """Address of one column of the table."""
        return f"{column}{self.first}:{column}{self.last}"

    def reference(self, column: str) -> str:
        """Address of one column of the table with the sheet, as charts want it."""
        return f"='{NAME}'!${column}${self.first}:${column}${self.last}"
