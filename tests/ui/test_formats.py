"""Numbers as people of different languages read them."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def shown(expression: str, locale: str) -> str:
    """Evaluate a format in a page of a reader with this locale."""
    imports = "import streamlit as st\nfrom rori.economics.results import Simulated\nfrom rori.ui.formats import *"
    script = f"{imports}\nst.text({expression})"
    at = AppTest.from_string(script)
    at.context = {"locale": locale}
    return str(at.run().text[0].value).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("expression", "british", "german"),
    [
        ("money(1284000.4)", "€1,284,000", "1.284.000 €"),
        ("money(-12.7)", "-€13", "-13 €"),
        ("money(None)", "\u2013", "\u2013"),
        ("short_money(1284000)", "€1.28M", "1,28 Mio. €"),
        ("short_money(738000)", "€738K", "738.000 €"),
        ("short_money(999999)", "€1M", "1 Mio. €"),
        ("number(12345.678, 2)", "12,345.68", "12.345,68"),
        ("percent(0.1234)", "12.3 %", "12,3 %"),
        ("percent_with_error(Simulated(value=0.5, standard_error=0.01))", "50.0 % ± 1.0 %", "50,0 % ± 1,0 %"),
        ("years(None)", "not within the horizon", "not within the horizon"),
    ],
)
def test_a_figure_is_written_as_its_reader_writes(expression: str, british: str, german: str):
    assert shown(expression, "en-GB") == british
    assert shown(expression, "de-DE") == german


def test_an_unknown_locale_reads_british():
    assert shown("money(1000)", "xx-YY") == "€1,000"
