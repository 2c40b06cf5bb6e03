from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rori.errors import InputError, StoreError
from rori.store.vault import Vault

CONTENT = b"restored in 42 minutes"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "evidence")


def paths(vault: Vault) -> list[Path]:
    return [path for path in vault.folder.rglob("*") if path.is_file()]


def test_a_content_stands_under_its_hash_and_comes_back(vault: Vault) -> None:
    assert vault.put(CONTENT) == SHA256
    assert paths(vault) == [vault.folder / SHA256[:2] / SHA256[2:]]
    assert vault.read(SHA256) == CONTENT
    assert vault.hash_of(SHA256) == SHA256


def test_only_the_owner_may_read_what_is_kept(vault: Vault) -> None:
    vault.put(CONTENT)
    assert stat.S_IMODE(vault.path(SHA256).stat().st_mode) == 0o600
    assert stat.S_IMODE(vault.path(SHA256).parent.stat().st_mode) == 0o700


def test_the_same_content_is_stored_once(vault: Vault) -> None:
    vault.put(CONTENT)
    before = vault.path(SHA256).stat()
    vault.put(CONTENT)
    assert vault.path(SHA256).stat().st_ino == before.st_ino
    assert len(paths(vault)) == 1


def test_nothing_is_made_before_the_first_content_arrives(vault: Vault) -> None:
    assert list(vault.files()) == []
    assert vault.hash_of(SHA256) is None
    assert not vault.folder.exists()


@pytest.mark.parametrize(
    "name",
    ["", "..", "../../etc/passwd", SHA256.upper(), SHA256[:-1], SHA256 + "0", f"{SHA256}\n", "/" + SHA256[1:], None, 7],
)
def test_paths_are_built_from_a_checked_hash_and_from_nothing_else(vault: Vault, name: str) -> None:
    for use in (vault.path, vault.read, vault.hash_of, vault.remove):
        with pytest.raises(InputError, match="content must be named by a SHA-256 of 64 digits"):
            use(name)


def test_a_content_that_is_missing_is_said_so(vault: Vault) -> None:
    with pytest.raises(StoreError, match=f"the content {SHA256} is missing from the evidence folder; restore it"):
        vault.read(SHA256)


def test_a_content_that_was_changed_on_the_disk_is_not_given_out_nor_covered_up(vault: Vault) -> None:
    vault.put(CONTENT)
    vault.path(SHA256).write_bytes(CONTENT.replace(b"42", b"24"))
    with pytest.raises(StoreError, match="is not what was uploaded; restore it from a backup"):
        vault.read(SHA256)
    with pytest.raises(StoreError, match=r"is not what was uploaded.*nothing was stored, verify the evidence first"):
        vault.put(CONTENT)
    assert vault.hash_of(SHA256) != SHA256


def test_a_link_in_the_place_of_a_content_is_not_followed(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(CONTENT)
    vault.path(SHA256).parent.mkdir(parents=True)
    vault.path(SHA256).symlink_to(tmp_path / "secret")
    for use in (lambda: vault.read(SHA256), lambda: vault.hash_of(SHA256), lambda: vault.put(CONTENT)):
        with pytest.raises(StoreError, match=r"the evidence folder .* cannot be"):
            use()


def test_files_are_listed_with_the_hash_that_their_place_stands_for(vault: Vault) -> None:
    vault.put(CONTENT)
    (vault.folder / "notes.txt").write_text("x", encoding="utf-8")
    (vault.folder / SHA256).write_text("x", encoding="utf-8")
    (vault.folder / SHA256[:2] / ".incoming-x").write_text("x", encoding="utf-8")
    assert dict(vault.files()) == {
        "notes.txt": None,
        SHA256: None,
        f"{SHA256[:2]}/.incoming-x": None,
        f"{SHA256[:2]}/{SHA256[2:]}": SHA256,
    }


def test_a_content_is_removed_once(vault: Vault) -> None:
    vault.put(CONTENT)
    assert (vault.remove(SHA256), vault.remove(SHA256)) == (True, False)
    assert paths(vault) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_text("a file", encoding="utf-8")
    with pytest.raises(StoreError, match=r"the evidence folder .*/evidence cannot be written: "):
        Vault(tmp_path / "evidence").put(CONTENT)


def test_a_write_that_fails_leaves_nothing_behind(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="cannot be written: No space left on device"):
        vault.put(CONTENT)
    monkeypatch.undo()
    assert paths(vault) == []
    assert vault.put(CONTENT) == SHA256


def test_a_process_that_is_killed_while_it_writes_leaves_no_content_that_is_not_whole(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from rori.store.vault import Vault\n"
        "os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"Vault(Path({str(tmp_path / 'evidence')!r})).put({CONTENT!r})\n"
    )
    killed = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    assert killed.returncode == -9
    vault = Vault(tmp_path / "evidence")
    assert vault.hash_of(SHA256) is None
    assert [sha256 for _, sha256 in vault.files()] == [None]
    assert vault.read(vault.put(CONTENT)) == CONTENT


def test_twenty_writers_of_the_same_content_store_it_once_and_whole(vault: Vault) -> None:
    content = os.urandom(200_000)
    with ThreadPoolExecutor(20) as pool:
        hashes = set(pool.map(vault.put, [content] * 100))
    assert hashes == {hashlib.sha256(content).hexdigest()}
    assert len(paths(vault)) == 1
    assert vault.read(hashes.pop()) == content
