from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy_financial as npf
import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook

from rori.economics.figures.evaluate import evaluate_case
from rori.economics.inputs.case import Case
from rori.economics.inputs.portfolio import Portfolio
from rori.economics.results import CaseResult, Simulated
from rori.economics.terms import Discounting
from rori.errors import InputError
from rori.reports.case_workbook import SHEETS, write_case_workbook
from tests.libreoffice import LibreOffice
from tests.reports import made_up_case as made_up

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1",
    "-2+3",
    "@x",
    "=1+1",
    "x!A1",
    "https://example.org",
    "{=1}",
    "fire 🔥 & <b>",
    "מערכת תשלומים",
    "12",
)

ALLOWED_FUNCTIONS = {"ABS", "AND", "COUNT", "IF", "IFERROR", "IRR", "LN", "MAX", "MIRR", "ROUND", "SUM", "SUMPRODUCT"}


def written(
    portfolio: Portfolio | None = None, case: Case | None = None, result: CaseResult | None = None, words: str = "words"
) -> bytes:
    portfolio, case = portfolio or made_up.portfolio(), case or made_up.case()
    result = result or made_up.result(portfolio, case)
    return write_case_workbook(case, portfolio, result, made_up.provenance(case, words))


def case_of(money: made_up.Money, rate: float) -> Case:
    return replace(
        made_up.case(),
        discount_rate_per_year=rate,
        discounting=money.discounting,
        tax_rate=money.tax_rate,
        depreciation_years=money.depreciation_years,
        count_residual_value=money.residual > 0.0,
    )


def written_for(money: made_up.Money, rate: float = 0.08) -> bytes:
    case = case_of(money, rate)
    return written(case=case, result=made_up.result(made_up.portfolio(), case, money))


def opened(workbook: bytes | Path, *, values: bool = True) -> Workbook:
    source = BytesIO(workbook) if isinstance(workbook, bytes) else workbook
    return openpyxl.load_workbook(source, data_only=values)


def cells(book: Workbook) -> Iterator[Cell]:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if isinstance(cell, Cell) and cell.value is not None)


def line(book: Workbook, sheet: str, label: str) -> list[object]:
    """Return the last row whose first cell is the label."""
    rows = [row for row in book[sheet].iter_rows(values_only=True) if row[0] == label]
    assert rows, f"no line {label!r} on {sheet}"
    return list(rows[-1])


def words_of(book: Workbook, sheet: str) -> str:
    return "\n".join(
        str(value) for row in book[sheet].iter_rows(values_only=True) for value in row if isinstance(value, str)
    )


def xml_of(workbook: bytes, folder: str) -> str:
    with zipfile.ZipFile(BytesIO(workbook)) as parts:
        return "\n".join(parts.read(name).decode() for name in sorted(parts.namelist()) if name.startswith(folder))


def test_the_sheets_come_in_reading_order_and_each_can_be_scrolled_and_printed() -> None:
    book = opened(written())
    assert book.sheetnames == list(SHEETS)
    for sheet in book.worksheets:
        assert sheet.freeze_panes is not None, sheet.title
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0), sheet.title
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title


def test_no_table_holds_merged_cells() -> None:
    book = opened(written())
    merged = {sheet.title: [str(area) for area in sheet.merged_cells.ranges] for sheet in book.worksheets}
    assert {title: areas for title, areas in merged.items() if areas} == {"Summary": ["A4:E4"]}


def test_the_summary_answers_in_one_sentence_with_cost_prevented_loss_and_rori() -> None:
    sentence = opened(written())["Summary"]["A4"].value
    assert sentence == (
        "Over 5 years, spending EUR 2.08 million on Card authorisation prevents losses of EUR 2.55 million, both in"
        " present value: RORI is 23 % (standard error 0.3 percentage points); it is above 0 in 69 % of the futures."
    )


def test_measures_that_cost_more_than_they_prevent_are_said_not_to_pay() -> None:
    poor = made_up.Money(prevented=tuple(amount / 4.0 for amount in made_up.PREVENTED_EUR))
    sentence = opened(written_for(poor))["Summary"]["A4"].value
    assert "on prevented loss alone the measures do not pay for themselves" in str(sentence)


def test_the_summary_gives_every_key_figure_with_standard_error_and_meaning() -> None:
    book = opened(written())
    result = made_up.result(made_up.portfolio(), made_up.case())
    loss, found = result.loss_eur_per_year, result.investment
    assert found.rori is not None
    expected: dict[str, Simulated | float | None] = {
        "RORI": found.rori,
        "P(RORI > 0)": found.probability_rori_positive,
        "RORI, P5": found.rori_p5,
        "RORI, P50": found.rori_p50,
        "RORI, P95": found.rori_p95,
        "Traditional ROI": found.roi,
        "RORI with dividend": found.rori_with_dividend,
        "NPV": found.npv_eur,
        "Benefit-cost ratio": found.benefit_cost_ratio,
        "Payback": found.payback_years,
        "Discounted payback": found.discounted_payback_years,
        "IRR": float(npf.irr(made_up.Money().net)),
        "MIRR": float(npf.mirr(made_up.Money().net, 0.08, 0.08)),
        "Savings-to-investment ratio": found.savings_to_investment,
        "Expected annual loss, without measures": loss.without,
        "Expected annual loss, with measures": loss.with_measures,
        "Prevented loss per year": loss.difference,
        "VaR 95, without measures": result.tails[0].var.without,
        "TVaR 99, with measures": result.tails[1].tvar.with_measures,
    }
    for label, figure in expected.items():
        value, error = (figure.value, figure.standard_error) if isinstance(figure, Simulated) else (figure, None)
        _, unit, shown, shown_error, means = line(book, "Summary", label)
        assert shown == pytest.approx(value, rel=1e-12), label
        assert shown_error == (None if error is None else pytest.approx(error, rel=1e-12)), label
        assert unit in {"%", "EUR", "years", "ratio"}
        assert means


def test_rori_is_told_apart_from_other_readings_of_the_name_and_from_traditional_roi() -> None:
    book = opened(written())
    assert line(book, "Summary", "RORI")[4] == (
        "Resilient Return on Investment = (PV prevented loss - PV cost) / PV cost; not the Return On Response"
        " Investment of intrusion-response papers"
    )
    assert "sees none of the EUR 2.55 million of prevented loss, so it shows -90 % where RORI shows 23 %" in str(
        line(book, "Summary", "Traditional ROI")[4]
    )


def test_the_cash_flow_holds_formulas_beside_the_values_of_the_run() -> None:
    workbook = written()
    formulas, values = opened(workbook, values=False)["Cash flow"], opened(workbook)["Cash flow"]
    assert opened(workbook).defined_names["discount_rate"].attr_text == "Inputs!$B$8"
    first = next(row for row in range(1, 20) if values.cell(row, 1).value == 0)
    net, rate = made_up.Money().net, 0.08
    for year, amount in enumerate(net):
        row = first + year
        assert formulas.cell(row, 7).value == f"=B{row}+D{row}-E{row}-F{row}"
        assert formulas.cell(row, 8).value == f"=(1+discount_rate)^-A{row}"
        assert values.cell(row, 7).value == pytest.approx(amount)
        assert values.cell(row, 10).value == pytest.approx(made_up.present_value(rate, net[: year + 1]))
        assert values.cell(row, 11).value == pytest.approx(sum(net[: year + 1]))


def test_only_functions_that_old_spreadsheets_know_are_used() -> None:
    formulas = [str(cell.value) for cell in cells(opened(written(), values=False)) if cell.data_type == "f"]
    used = {name for formula in formulas for name in re.findall(r"([A-Z.]+)\(", formula)}
    assert used == ALLOWED_FUNCTIONS


@pytest.mark.parametrize("words", HOSTILE)
def test_text_of_users_stays_text_on_every_sheet(words: str) -> None:
    case = made_up.case(words)
    workbook = written(portfolio=made_up.portfolio(words), case=case, words=words)
    book = opened(workbook, values=False)
    for sheet in ("Summary", "Inputs", "By system", "Portfolio", "Provenance"):
        texts = [cell for cell in cells(book) if cell.parent.title == sheet and cell.value == words]
        assert texts, sheet
        assert {cell.data_type for cell in texts} == {"s"}, sheet
    inside = re.findall(r"<f>([^<]*)</f>", xml_of(workbook, "xl/worksheets/"))
    assert inside
    assert not [formula for formula in inside if words in formula and words not in {"+1", "12", "-2+3"}]
    assert "<hyperlink" not in xml_of(workbook, "xl/worksheets/")
    assert all(
        re.match(r"'(Cash flow|Loss exceedance|By system|By component and cause)'!\$", reference)
        for reference in re.findall(r"<c:f>([^<]*)</c:f>", xml_of(workbook, "xl/charts/"))
    )


def test_text_that_is_too_long_for_a_cell_is_cut_with_a_note() -> None:
    book = opened(written(portfolio=made_up.portfolio("🔥 long" * 6_000)))
    longest = max((str(cell.value) for cell in cells(book)), key=len)
    assert re.search(r"\[cut, 42,0\d\d characters\]$", longest)
    assert len(longest.encode("utf-16-le")) // 2 <= 32_767


def test_characters_that_xml_forbids_are_left_out() -> None:
    book = opened(written(portfolio=made_up.portfolio("A\x00B\x0bC\ufffeD")))
    assert "ABCD" in words_of(book, "Portfolio")


def test_a_figure_that_is_not_finite_leaves_its_cell_empty_and_says_so() -> None:
    result = made_up.result(made_up.portfolio(), made_up.case())
    broken = replace(result.loss_eur_per_year, difference=Simulated(value=float("nan"), standard_error=float("inf")))
    book = opened(written(result=replace(result, loss_eur_per_year=broken)))
    assert line(book, "Summary", "Prevented loss per year")[2:4] == [None, None]
    assert "Left empty, because the figure is not a finite number: C25, D25." in words_of(book, "Summary")


def test_without_cost_ratios_are_empty_with_a_reason() -> None:
    free = made_up.Money(capex=(0.0,) * 6, opex=(0.0,) * 6)
    book = opened(written_for(free))
    for label in ("RORI", "Traditional ROI", "RORI with dividend", "Benefit-cost ratio", "RORI, P5"):
        _, _, value, error, means = line(book, "Summary", label)
        assert (value, error) == (None, None), label
        assert str(means).startswith("Empty: there is no cost to divide by."), label
    assert line(book, "Summary", "Payback")[2] == 0.0
    assert "There is none: the net cash flow never changes its sign" in str(line(book, "Summary", "IRR")[4])


def test_a_payback_that_is_never_reached_is_empty_with_a_reason() -> None:
    poor = made_up.Money(prevented=tuple(amount / 4.0 for amount in made_up.PREVENTED_EUR))
    book = opened(written_for(poor))
    assert line(book, "Summary", "Payback")[2] is None
    assert str(line(book, "Summary", "Discounted payback")[4]).startswith("Empty: not reached within the horizon.")


def test_no_internal_rate_is_given_where_there_may_be_several() -> None:
    book = opened(written_for(made_up.Money(capex=(100_000.0, 0.0, 0.0, 0.0, 0.0, 9_000_000.0))))
    assert line(book, "Summary", "IRR")[2] is None
    assert "changes its sign 2 times" in str(line(book, "Summary", "IRR")[4])


def test_several_internal_rates_are_named() -> None:
    money = made_up.Money(capex=(100_000.0, 0.0, 0.0, 0.0, 0.0, 9_000_000.0))
    roots = made_up.internal_rates(money)
    assert len(roots) == 2
    words = str(line(opened(written_for(money)), "Summary", "IRR")[4])
    assert f"at several rates: {100 * roots[0]:.1f} % and {100 * roots[1]:.1f} %" in words


def test_columns_for_tax_and_residual_value_stand_only_where_they_are_used() -> None:
    plain = words_of(opened(written()), "Cash flow")
    assert "Tax (EUR)" not in plain
    assert "Residual value (EUR)" not in plain
    money = made_up.Money(tax_rate=0.3, depreciation_years=4, residual=150_000.0)
    workbook = written_for(money)
    full = words_of(opened(workbook), "Cash flow")
    assert "Tax (EUR)" in full
    assert "Residual value (EUR)" in full
    assert opened(workbook).defined_names["tax_rate"].attr_text == "Inputs!$B$12"
    assert line(opened(workbook), "Inputs", "Depreciation")[1] == 4


def test_a_risk_transfer_is_shown_apart_and_prevents_nothing() -> None:
    result = made_up.result(made_up.portfolio(), made_up.case())
    without = opened(written(result=result))
    book = opened(written(result=replace(result, transfer=made_up.transfer())))
    assert line(book, "Summary", "Expected payout per year")[2:4] == [86_822.0, 2_684.0]
    assert line(book, "Summary", "VaR 99 with measures, after payout")[2] == 1_257_182.0
    for label in ("Prevented loss per year", "NPV", "RORI"):
        assert line(book, "Summary", label) == line(without, "Summary", label)
    assert "Premium per year" not in words_of(without, "Summary")


def test_a_seed_with_more_digits_than_a_spreadsheet_number_is_kept_whole() -> None:
    book = opened(written())
    assert line(book, "Provenance", "Seed")[1] == "4611686018427387905"
    assert line(book, "Inputs", "Seed")[1] == "4611686018427387905"


def test_the_provenance_lets_a_reader_repeat_the_run() -> None:
    book = opened(written())
    assert line(book, "Provenance", "Date")[1] == datetime(2026, 11, 23, 21, 30)  # noqa: DTZ001 - cells know no zone
    assert line(book, "Provenance", "Simulated years")[1] == "10,000 (2,000 paths of 5 years)"
    assert line(book, "Provenance", "Hash of the inputs")[1] == "9f2c" * 16
    assert line(book, "Provenance", "systems cards")[1] == "words"
    assert book.properties.created == datetime(2026, 11, 23, 21, 30)  # noqa: DTZ001


def test_totals_are_sums_that_equal_the_expected_annual_loss() -> None:
    workbook = written()
    whole = made_up.result(made_up.portfolio(), made_up.case()).loss_eur_per_year
    for sheet in ("By system", "By component and cause"):
        formulas = line(opened(workbook, values=False), sheet, "Total")
        assert [str(formulas[column])[:6] for column in (2, 4, 6)] == ["=SUM(C", "=SUM(E", "=SUM(G"]
        values = line(opened(workbook), sheet, "Total")
        assert values[2:8:2] == [whole.without.value, whole.with_measures.value, whole.difference.value]


def test_the_loss_exceedance_curve_is_a_native_chart_with_logarithmic_axes_and_an_answer_as_title() -> None:
    charts = xml_of(written(), "xl/charts/chart")
    assert charts.count('<c:logBase val="10"/>') == 2
    assert "One year in 100 costs more than EUR 4.81 million without the measures, EUR 2.09 million with them" in charts
    assert "% of the prevented loss is in: Card authorisation" in charts


def test_losses_of_zero_are_not_drawn_on_a_logarithmic_axis() -> None:
    workbook = written()
    sheet = opened(workbook)["Loss exceedance"]
    drawn = re.findall(r"<c:f>'Loss exceedance'!\$C\$(\d+):\$C\$(\d+)</c:f>", xml_of(workbook, "xl/charts/"))
    (top, bottom), *_ = drawn
    assert [sheet.cell(row, 3).value for row in range(int(top) - 1, int(bottom) + 1)] == [0.0, 4e5, 1.9e6, 4.8e6, 7.9e6]


def test_a_run_without_any_loss_has_a_workbook_too() -> None:
    result = made_up.result(made_up.portfolio(), made_up.case())
    none = made_up.compared(0.0, 0.0)
    points = tuple(
        replace(point, annual_without=none.without, annual_with=none.without, largest_without=none.without)
        for point in result.exceedance
    )
    silent = replace(
        result,
        loss_eur_per_year=none,
        exceedance=tuple(replace(point, largest_with=none.without) for point in points),
        systems=tuple(replace(system, loss_eur_per_year=none) for system in result.systems),
        components=(),
        causes=(),
    )
    book = opened(written(result=silent))
    assert "There is no curve" in words_of(book, "Loss exceedance")
    assert line(book, "By component and cause", "Total")[2:8:2] == [0.0, 0.0, 0.0]


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert written() == written()


@pytest.mark.parametrize(
    ("field", "value"), [("seed", 7), ("currency", "CHF"), ("n_years", 11)], ids=["seed", "currency", "years"]
)
def test_the_provenance_of_another_run_is_refused(field: str, value: object) -> None:
    portfolio, case = made_up.portfolio(), made_up.case()
    wrong: dict[str, Any] = {field: value}
    other = replace(made_up.provenance(case), **wrong)
    with pytest.raises(InputError, match="must be that of the run"):
        write_case_workbook(case, portfolio, made_up.result(portfolio, case), other)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(InputError, match="created_at must be a time in UTC"):
        replace(made_up.provenance(made_up.case()), created_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the point


def test_a_time_in_utc_is_taken() -> None:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    assert replace(made_up.provenance(made_up.case()), created_at=when).created_at == when


MONIES = {
    "usual": (made_up.Money(), 0.08),
    "no discount": (made_up.Money(), 0.0),
    "negative rate": (made_up.Money(), -0.02),
    "no cost": (made_up.Money(capex=(0.0,) * 6, opex=(0.0,) * 6), 0.08),
    "never paid back": (made_up.Money(prevented=tuple(a / 4.0 for a in made_up.PREVENTED_EUR)), 0.08),
    "mid-year": (made_up.Money(discounting=Discounting.MID_YEAR), 0.08),
    "continuous": (made_up.Money(discounting=Discounting.CONTINUOUS), 0.08),
    "continuous without discount": (made_up.Money(discounting=Discounting.CONTINUOUS), 0.0),
    "taxed": (made_up.Money(tax_rate=0.257, depreciation_years=3), 0.08),
    "taxed without depreciation": (made_up.Money(tax_rate=0.257, discounting=Discounting.MID_YEAR), 0.08),
    "residual": (made_up.Money(residual=240_000.0), 0.08),
    "all at once": (
        made_up.Money(discounting=Discounting.CONTINUOUS, tax_rate=0.3, depreciation_years=8, residual=240_000.0),
        0.11,
    ),
    "mid-year with residual": (made_up.Money(discounting=Discounting.MID_YEAR, residual=99_000.5), -0.03),
    "paid back twice": (made_up.Money(capex=(200_000.0, 0.0, 0.0, 900_000.0, 0.0, 0.0)), 0.08),
}


def assert_recalculates_to_itself(workbook: bytes, office: LibreOffice) -> None:
    """Compare every formula's value of the run with what LibreOffice computes; an empty text is an empty cell."""
    formulas, run, computed = opened(workbook, values=False), opened(workbook), opened(office.recalculate(workbook))
    compared = 0
    for cell in cells(formulas):
        if cell.data_type == "f":
            before = run[cell.parent.title][cell.coordinate].value or None
            after = computed[cell.parent.title][cell.coordinate].value or None
            place = f"{cell.parent.title} {cell.coordinate} {cell.value}"
            assert after == (pytest.approx(before, rel=1e-9, abs=1e-6) if before else None), place
            compared += 1
    assert compared > 60
    assert not [cell.coordinate for cell in cells(computed) if cell.data_type == "e"]


@pytest.mark.office
@pytest.mark.parametrize("name", MONIES)
def test_what_libreoffice_computes_is_what_the_run_found(name: str, office: LibreOffice) -> None:
    assert_recalculates_to_itself(written_for(*MONIES[name]), office)


@pytest.mark.office
@pytest.mark.parametrize("discounting", Discounting)
@pytest.mark.parametrize("tax_rate", [0.0, 0.25])
def test_what_libreoffice_computes_is_what_the_engine_found(
    discounting: Discounting, tax_rate: float, office: LibreOffice
) -> None:
    portfolio = made_up.portfolio()
    case = replace(
        made_up.case(),
        n_paths=200,
        seed=11,
        horizon_years=4,
        inflation_per_year=0.02,
        loss_growth_per_year=0.03,
        discounting=discounting,
        tax_rate=tax_rate,
        depreciation_years=3,
        count_residual_value=tax_rate > 0.0,
    )
    result = evaluate_case(portfolio, case)
    assert result.transfer is not None
    assert_recalculates_to_itself(written(portfolio, case, result), office)


@pytest.mark.office
def test_another_discount_rate_changes_the_returns_as_it_should(office: LibreOffice) -> None:
    book = opened(written(), values=False)
    book["Inputs"]["B8"] = 0.137
    changed = BytesIO()
    book.save(changed)
    computed = opened(office.recalculate(changed.getvalue()))
    money = made_up.Money()
    found = made_up.investment(money, 0.137)
    assert found.rori is not None
    assert found.discounted_payback_years is not None
    for label, value in (
        ("NPV", found.npv_eur.value),
        ("RORI", found.rori.value),
        ("Discounted payback", found.discounted_payback_years),
    ):
        assert line(computed, "Summary", label)[2] == pytest.approx(value, rel=1e-9), label
        assert line(computed, "Cash flow", label)[1] == pytest.approx(value, rel=1e-9), label
    assert line(computed, "Summary", "IRR")[2] == pytest.approx(float(npf.irr(money.net)), rel=1e-9)
    assert "no longer that of the run" in words_of(computed, "Summary")


@pytest.mark.office
@pytest.mark.parametrize("discounting", Discounting)
def test_another_discount_rate_follows_convention_tax_and_residual_value(
    discounting: Discounting, office: LibreOffice
) -> None:
    money = made_up.Money(discounting=discounting, tax_rate=0.3, depreciation_years=4, residual=150_000.0)
    book = opened(written_for(money), values=False)
    book["Inputs"]["B8"] = 0.137
    changed = BytesIO()
    book.save(changed)
    computed = opened(office.recalculate(changed.getvalue()))
    found = made_up.investment(money, 0.137)
    assert found.rori is not None
    assert found.savings_to_investment is not None
    for label, value in (
        ("NPV", found.npv_eur.value),
        ("RORI", found.rori.value),
        ("Savings-to-investment ratio", found.savings_to_investment.value),
        ("IRR", found.irr.rate),
        ("MIRR", found.mirr_per_year),
        ("Discounted payback", found.discounted_payback_years),
    ):
        assert line(computed, "Cash flow", label)[1] == pytest.approx(value, rel=1e-9), label


@pytest.mark.office
def test_hostile_text_computes_nothing_in_libreoffice(office: LibreOffice) -> None:
    words = "=1+1"
    workbook = written(portfolio=made_up.portfolio(words), case=made_up.case(words), words=words)
    computed = opened(office.recalculate(workbook))
    assert computed["Summary"]["A1"].value == words
    assert line(computed, "By system", words)[1] == "Key store"
