"""The calculator: pure functions over frozen dataclasses. No files, no clock, no environment, no globals."""

from __future__ import annotations

MODEL_VERSION = "1.3"
"""Changes whenever the same inputs and seed give other figures. Saved with every run."""
