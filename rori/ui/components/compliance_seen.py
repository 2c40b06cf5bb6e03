"""Standings, gaps and moves as they are now: worked out once until anything in the database changes."""

from __future__ import annotations

from datetime import date

import streamlit as st

from rori.ui.context import store
from rori.usecases.compliance.evidence_search import newest_change
from rori.usecases.compliance.gaps import GapLine, gap_lines
from rori.usecases.compliance.standing import Standing, standings
from rori.usecases.compliance.trend import MovedSince, moved_since
from rori.usecases.joining.prices import Prices, gap_prices
from rori.usecases.settings import database_url

_Seen = tuple[str, int]
"""The database and the newest line of its audit log: every write leaves a line, so nothing changes without it."""


def _seen() -> _Seen:
    return database_url(), newest_change(store())


def standings_now(day: date, scope: str) -> tuple[Standing, ...]:
    """Return where a scope stands on a day."""
    return _standings(_seen(), day, scope)


def gaps_now(day: date, scope: str, framework_ids: tuple[str, ...]) -> tuple[GapLine, ...]:
    """Return the gaps of a scope on a day."""
    return _gaps(_seen(), day, scope, framework_ids)


def prices_now(day: date, scope: str, framework_ids: tuple[str, ...], case_id: str) -> Prices:
    """Return the prices of these gaps against a case."""
    return _prices(_seen(), day, scope, framework_ids, case_id)


def moved_now(since: date, day: date) -> MovedSince:
    """Return what moved since a day."""
    return _moved(_seen(), since, day)


@st.cache_resource(max_entries=16, show_spinner=False)
def _standings(seen: _Seen, day: date, scope: str) -> tuple[Standing, ...]:  # noqa: ARG001 - part of the key
    return standings(store(), day, scope)


@st.cache_resource(max_entries=16, show_spinner=False)
def _gaps(seen: _Seen, day: date, scope: str, framework_ids: tuple[str, ...]) -> tuple[GapLine, ...]:  # noqa: ARG001
    return gap_lines(store(), day, scope, framework_ids)


@st.cache_resource(max_entries=16, show_spinner="Pricing the gaps")
def _prices(seen: _Seen, day: date, scope: str, framework_ids: tuple[str, ...], case_id: str) -> Prices:
    return gap_prices(store(), case_id, [line.gap for line in _gaps(seen, day, scope, framework_ids)])


@st.cache_resource(max_entries=16, show_spinner="Reading the log")
def _moved(seen: _Seen, since: date, day: date) -> MovedSince:  # noqa: ARG001 - part of the key
    return moved_since(store(), since, day)
