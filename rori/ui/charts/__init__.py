"""Charts of a run as pure functions from figures to a plotly figure; titles, captions and tables stand on the page."""

from rori.ui.charts.breakdowns import Bar, prevented_bars
from rori.ui.charts.cash_flows import cash_flow_chart
from rori.ui.charts.exceedance import Curve, curves_of, exceedance_chart
from rori.ui.charts.look import Look

__all__ = ["Bar", "Curve", "Look", "cash_flow_chart", "curves_of", "exceedance_chart", "prevented_bars"]
