"""Paths and years: events of both worlds on common random numbers, chunk by chunk."""
