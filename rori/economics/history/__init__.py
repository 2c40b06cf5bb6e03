"""From an outage history to estimates: frequency, duration, forecasts held against what happened."""
