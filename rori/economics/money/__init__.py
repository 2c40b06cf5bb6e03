"""Money over time: discounting, flows of a case, returns, and ratios that others publish."""
