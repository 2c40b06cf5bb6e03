"""Who works here, while there is no sign-in: the one place that knows."""

from __future__ import annotations

import os

from rori.errors import InputError
from rori.store import Store
from rori.usecases.settings import USER_VARIABLE, local_user

MOST_CHARACTERS = 80

_NAME = "name of the local user"


def is_named_by_environment() -> bool:
    """Whether RORI_USER says who works here, which nobody can change on a page."""
    return bool(os.environ.get(USER_VARIABLE))


def known_name(store: Store) -> str | None:
    """Return the name that was given once on this installation, if one was."""
    with store.read() as reader:
        name = reader.setting(_NAME)
    return name if isinstance(name, str) and name else None


def who_works_here(store: Store) -> str:
    """Name whoever works here: RORI_USER, or the name that was given, or the login name."""
    return local_user() if is_named_by_environment() else known_name(store) or local_user()


def remember_name(store: Store, name: str) -> str:
    """Keep the name of whoever works here; the audit log says when it changed."""
    plain = " ".join(name.split())
    if not 0 < len(plain) <= MOST_CHARACTERS or not plain.isprintable():
        raise InputError("your name", f"1 to {MOST_CHARACTERS} characters that can be read", name)
    with store.write(plain) as writer:
        writer.remember(_NAME, plain)
        writer.commit()
    return plain
