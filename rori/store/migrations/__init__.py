"""Migrations of the database, oldest first."""

from __future__ import annotations

VERSIONS = ("0001", "0002", "0003")
"""Names of all migrations; kept here so that a start with a current database need not load Alembic."""

HEAD = VERSIONS[-1]
