"""How Hypothesis looks for counterexamples: anew each time here, the same ones in CI, so that a red run can be repeated."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
