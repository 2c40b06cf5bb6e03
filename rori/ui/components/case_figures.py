"""The answer of a run and the figures behind it, each with its standard error and its definition."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rori.economics.results import Comparison, Simulated
from rori.ui.components import case_definitions as means
from rori.ui.components.case_words import answer, internal_rate, payback, share, unbroken, why_roi_differs
from rori.ui.context import escape
from rori.ui.formats import NOTHING, number, percent, percent_with_error, short_money, with_error
from rori.usecases.cases import SavedRun


def headline(saved: SavedRun) -> None:
    """Answer the question of the case."""
    with st.container(border=True, key="answer"):
        st.subheader(unbroken(escape(answer(saved))), anchor=False)


def key_figures(saved: SavedRun) -> None:
    """Show what decides: return, chance, money, time."""
    found, currency = saved.result.investment, saved.inputs.case.currency
    pays, ratio = found.probability_rori_positive, found.benefit_cost_ratio
    first = st.columns(4)
    _share(first[0], "RORI", found.rori, means.RORI)
    _share(first[1], "Chance that it pays", pays, means.PAYS)
    _money(first[2], "Prevented loss per year", saved.result.loss_eur_per_year.difference, currency, means.PREVENTED)
    _money(first[3], "Net present value", found.npv_eur, currency, means.NPV)
    second = st.columns(4)
    _metric(second[0], "Traditional ROI", percent(found.roi, 0), "Dividend only", means.ROI)
    _metric(second[1], "Payback", payback(found.payback_years), "Of the expected flows", means.PAYBACK)
    _metric(
        second[2], "Discounted payback", payback(found.discounted_payback_years), "In present values", means.PAYBACK
    )
    shown = NOTHING if ratio is None else number(ratio.value, 2)
    error = "No cost" if ratio is None else f"± {number(ratio.standard_error, 2)}"
    _metric(second[3], "Benefit-cost ratio", shown, error, means.BCR)
    st.markdown(unbroken(escape(why_roi_differs(found, currency))))
    st.caption(means.STANDARD_ERROR)
    _more_returns(saved)


def _share(place: st.delta_generator.DeltaGenerator, label: str, figure: Simulated | None, meaning: str) -> None:
    value, _, error = share(figure).partition(" ± ")
    _metric(place, label, value, f"± {error}" if error else "No cost", meaning)


def _money(
    place: st.delta_generator.DeltaGenerator, label: str, figure: Simulated, currency: str, meaning: str
) -> None:
    _metric(
        place, label, short_money(figure.value, currency), f"± {short_money(figure.standard_error, currency)}", meaning
    )


def _metric(place: st.delta_generator.DeltaGenerator, label: str, value: str, below: str, meaning: str) -> None:
    place.metric(label, value, below, delta_color="off", delta_arrow="off", help=meaning, border=True)


def _more_returns(saved: SavedRun) -> None:
    found, currency = saved.result.investment, saved.inputs.case.currency
    values = {
        "RORI with dividend": share(found.rori_with_dividend),
        "IRR": internal_rate(found),
        "MIRR": percent(found.mirr_per_year),
        "SIR": _ratio(found.savings_to_investment),
    }
    rows = [[name, values[name], meaning] for name, meaning in means.RETURNS]
    if found.rori is not None:
        futures = [
            ("RORI, unlucky future (P5)", found.rori_p5, "RORI is below this in 5 % of the futures"),
            ("RORI, middle future (P50)", found.rori_p50, "RORI is below this in half of the futures"),
            ("RORI, lucky future (P95)", found.rori_p95, "RORI is below this in 95 % of the futures"),
        ]
        rows = [*([name, percent(value, 0), meaning] for name, value, meaning in futures), *rows]
    amounts = [
        ("PV prevented loss", with_error(found.pv_prevented_eur, currency), "Prevented loss of all years, discounted"),
        ("PV dividend", short_money(found.pv_dividend_eur, currency), "Gains that come without any outage, discounted"),
        (
            "PV cost",
            short_money(found.pv_cost_eur, currency),
            "Capex and opex, discounted; less tax relief and residual value",
        ),
    ]
    with st.expander("More returns and what they mean"):
        table(("Figure", "Value", "Definition"), [*rows, *(list(row) for row in amounts)], right=(1,))


def _ratio(figure: Simulated | None) -> str:
    return NOTHING if figure is None else f"{number(figure.value, 2)} ± {number(figure.standard_error, 2)}"


def yearly_losses(saved: SavedRun) -> None:
    """Show what a year and a bad year cost, without and with the measures."""
    result, currency = saved.result, saved.inputs.case.currency
    st.subheader("What a year costs, and a bad year", anchor=False)
    rows: list[list[str]] = [
        ["Expected annual loss (ALE)", *_three(result.loss_eur_per_year, currency)],
        ["Chance of any loss in a year", *_three_shares(result.probability_of_loss)],
    ]
    for tail in result.tails:
        level = percent(tail.level, 0)
        rows += [[f"VaR {level}", *_three(tail.var, currency)], [f"TVaR {level}", *_three(tail.tvar, currency)]]
    table(("Annual loss", "Without", "With", "Prevented"), rows, right=(1, 2, 3))
    with st.popover("What these figures mean", icon=":material/help:", type="tertiary"):
        for name, meaning in (("ALE", means.ALE), ("Chance", means.CHANCE), ("VaR", means.VAR), ("TVaR", means.TVAR)):
            st.markdown(f"**{name}**: {meaning}")
        st.markdown(means.STANDARD_ERROR)


def _three(figure: Comparison, currency: str) -> tuple[str, str, str]:
    without, with_measures, prevented = (
        with_error(part, currency) for part in (figure.without, figure.with_measures, figure.difference)
    )
    return without, with_measures, prevented


def _three_shares(figure: Comparison) -> tuple[str, str, str]:
    without, with_measures, prevented = (
        percent_with_error(part) for part in (figure.without, figure.with_measures, figure.difference)
    )
    return without, with_measures, prevented


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Draw a small table of words and figures, each shown as it is."""
    lines = [head, ["---:" if i in right else "---" for i in range(len(head))]]
    body = [[unbroken(escape(cell)) for cell in row] for row in rows]
    st.markdown("\n".join(f"| {' | '.join(line)} |" for line in (*lines, *body)))


def risk_transfer(saved: SavedRun) -> None:
    """Show what insurance costs and pays, beside the measures and never added to them."""
    found, currency = saved.result.transfer, saved.inputs.case.currency
    if found is None:
        return
    st.subheader("What the insurance costs, pays and leaves", anchor=False, help=means.TRANSFER)
    st.caption(means.TRANSFER)
    places = st.columns(3)
    tail, level = found.tail_after_payout, percent(found.tail_after_payout.level, 0)
    _metric(
        places[0],
        "Premium per year",
        short_money(found.premium_eur_per_year, currency),
        "In prices of year 0",
        means.TRANSFER,
    )
    _money(places[1], "Expected payout per year", found.payout_eur_per_year, currency, means.TRANSFER)
    _money(places[2], f"TVaR {level} after payouts", tail.tvar.with_measures, currency, means.TVAR)
    rows = [["VaR", *_three(tail.var, currency)], ["TVaR", *_three(tail.tvar, currency)]]
    table((f"Annual loss, {level} level", "Before payouts", "After payouts", "Paid"), rows, right=(1, 2, 3))
