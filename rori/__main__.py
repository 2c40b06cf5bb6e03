"""`python -m rori`: the terminal front door."""

from __future__ import annotations

from rori.cli import main

if __name__ == "__main__":
    main()
