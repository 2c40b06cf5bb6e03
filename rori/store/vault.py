"""The evidence vault: bytes in files named by their SHA-256, beside the database and never inside it.

A content is written once, under `ab/cdef…` (the first two digits of its hash are the folder), by way of a file that is
flushed to the disk before it gets its name: what has a name is whole. Paths are built from a checked hash and from
nothing else, so that no name that somebody typed ever reaches the file system.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rori.errors import InputError, StoreError

HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)

_PIECE_BYTES = 1024 * 1024
_MISSING = "the content {sha256} is missing from the evidence folder; restore it from a backup"
_CHANGED = "the content {sha256} in the evidence folder is not what was uploaded; restore it from a backup"
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class Vault:
    """A folder of contents; it is made when the first content arrives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep a content and return its hash; when this returns, the bytes are on the disk."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        with self._in_words("be written"):
            if os.path.lexists(path):
                self._require_sound(sha256)
            else:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _write_whole(path, content)
        return sha256

    def read(self, sha256: str) -> bytes:
        """Return a content; StoreError when it is missing or no longer what was put in."""
        with self._in_words("be read"):
            try:
                descriptor = os.open(self.path(sha256), os.O_RDONLY | _NO_LINKS)
            except FileNotFoundError:
                raise StoreError(_MISSING.format(sha256=sha256)) from None
            with open(descriptor, "rb") as file:  # noqa: PTH123
                content = file.read()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StoreError(_CHANGED.format(sha256=sha256))
        return content

    def hash_of(self, sha256: str) -> str | None:
        """Return the hash of what stands under this hash now, or None when nothing stands there."""
        found = hashlib.sha256()
        with self._in_words("be read"):
            try:
                descriptor = os.open(self.path(sha256), os.O_RDONLY | _NO_LINKS)
            except FileNotFoundError:
                return None
            with open(descriptor, "rb") as file:  # noqa: PTH123
                while piece := file.read(_PIECE_BYTES):
                    found.update(piece)
        return found.hexdigest()

    def remove(self, sha256: str) -> bool:
        """Remove a content; return whether there was one."""
        with self._in_words("be changed"):
            try:
                self.path(sha256).unlink()
            except FileNotFoundError:
                return False
        return True

    def files(self) -> Iterator[tuple[str, str | None]]:
        """Yield every file: its path inside the folder, and the hash that its place stands for (None: no place)."""
        for path in sorted(self.folder.rglob("*")):
            if not path.is_dir() or path.is_symlink():
                inside = path.relative_to(self.folder)
                digits = "".join(inside.parts)
                known = HASH.fullmatch(digits) is not None and self.path(digits) == path
                yield inside.as_posix(), digits if known else None

    def path(self, sha256: str) -> Path:
        """Return where a content stands; InputError when this is no SHA-256."""
        if not isinstance(sha256, str) or HASH.fullmatch(sha256) is None:
            raise InputError("content", "named by a SHA-256 of 64 digits from 0 to f", sha256)
        return self.folder / sha256[:2] / sha256[2:]

    def _require_sound(self, sha256: str) -> None:
        # A content that was changed on the disk is a finding for verify: a second upload must not cover it up.
        if self.hash_of(sha256) != sha256:
            raise StoreError(f"{_CHANGED.format(sha256=sha256)}; nothing was stored, verify the evidence first")

    @contextlib.contextmanager
    def _in_words(self, failed: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(f"the evidence folder {self.folder} cannot {failed}: {error.strerror or error}") from error


def required(vault: Vault | None) -> Vault:
    """Return the vault; StoreError when no folder was named for it."""
    if vault is None:
        raise StoreError("no folder for evidence is set; name one in RORI_EVIDENCE_DIR")
    return vault


def _write_whole(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".incoming-", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    _flush_folder(path.parent)
    _flush_folder(path.parent.parent)


def _flush_folder(folder: Path) -> None:
    """Make a new name last through a power cut; Windows keeps names by itself and opens no folders."""
    with contextlib.suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
