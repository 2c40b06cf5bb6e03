"""The sheet Cases of an inventory."""

from __future__ import annotations

from rori.economics.inputs.case import Case
from rori.economics.terms import Discounting
from rori.inventory.columns import Column, Sheet, ValueKind
from rori.inventory.declare import SOURCE, choice, free_text, id_list, key, money, share, yes_no

_DEFAULT_CASE = Case(id="x", name="x")

CASES = Sheet(
    name="cases",
    label="Cases",
    singular="case",
    help="Investment cases: measures, horizon, discount rate",
    columns=(
        key("failover-2027", "case"),
        free_text("name", "Name", "As the board will read it", "Failover programme 2027", required=True),
        id_list("measure_ids", "Measures", "Ids of the measures, joined by ;", "active-active; chaos-days", "measures"),
        Column(
            name="horizon_years",
            label="Horizon",
            kind=ValueKind.WHOLE,
            unit="years",
            default=_DEFAULT_CASE.horizon_years,
            low=1,
            high=50,
            help="How far the case looks",
            example="5",
        ),
        Column(
            name="discount_rate_per_year",
            label="Discount rate",
            kind=ValueKind.SHARE,
            default=_DEFAULT_CASE.discount_rate_per_year,
            low=-0.5,
            high=1,
            help="Nominal, per year",
            example="8",
        ),
        Column(
            name="loss_growth_per_year",
            label="Loss growth",
            kind=ValueKind.SHARE,
            default=0.0,
            low=-0.5,
            high=1,
            help="Growth of the business, and so of losses, per year",
            example="3",
        ),
        Column(
            name="inflation_per_year",
            label="Inflation",
            kind=ValueKind.SHARE,
            default=0.0,
            low=-0.5,
            high=1,
            help="Of losses, opex and dividends, per year",
            example="2",
        ),
        choice(
            "discounting",
            "Discounting",
            tuple(Discounting),
            "When within its year money falls: at the end, in the middle, or evenly spread",
            _DEFAULT_CASE.discounting.value,
        ),
        share("tax_rate", "Tax rate", "On prevented loss and dividend less opex and depreciation; 0 means none", "25"),
        Column(
            name="depreciation_years",
            label="Depreciation",
            kind=ValueKind.WHOLE,
            unit="years",
            default=_DEFAULT_CASE.depreciation_years,
            low=0,
            high=50,
            help="Straight line, of capex, for tax; 0 means none",
            example="5",
        ),
        yes_no(
            "count_residual_value",
            "Count residual value",
            "Whether the part of each capex that is not used up when the horizon ends is taken off the cost",
        ),
        money("budget_eur", "Budget", "EUR", "Capex that may be spent; empty means no limit", "2000000", default=None),
        Column(
            name="currency",
            label="Currency",
            kind=ValueKind.TEXT,
            default=_DEFAULT_CASE.currency,
            help="Three-letter code; a label, amounts are not converted",
            example="EUR",
        ),
        Column(
            name="seed",
            label="Seed",
            kind=ValueKind.WHOLE,
            default=_DEFAULT_CASE.seed,
            low=0,
            high=2**53,
            help="Same inputs and seed give the same figures to the last digit",
            example="1",
        ),
        Column(
            name="n_paths",
            label="Paths",
            kind=ValueKind.WHOLE,
            unit="futures",
            default=_DEFAULT_CASE.n_paths,
            low=100,
            high=1_000_000,
            help="How many futures are simulated; more means smaller standard errors",
            example="10000",
        ),
        SOURCE,
    ),
)
