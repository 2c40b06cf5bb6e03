"""What one event does: how it spreads, whom it stops, and what that costs."""
