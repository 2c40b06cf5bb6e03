"""Resilient Return on Investment: what stops if a system fails, and what preventing that earns."""

__version__ = "0.1.0"
