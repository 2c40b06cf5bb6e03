"""Decisions on top of the model: one event, availability, expectations, break-evens, sensitivity, shares of measures."""
