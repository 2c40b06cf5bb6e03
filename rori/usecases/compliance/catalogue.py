"""Frameworks and controls as the entity uses them: those that ship, and those that it brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import cast

from compliance.catalogues.changes import Changes, compare_versions
from compliance.catalogues.framework import Framework
from compliance.catalogues.reading import framework_from, mapping_of
from compliance.controls.control import Control, ControlLibrary
from compliance.controls.crosswalk import Crosswalk
from compliance.controls.reading import controls_from
from rori.errors import InputError
from rori.reports.framework_template import write_framework_workbook
from rori.store import NewCatalogue, OwnCatalogue, OwnCatalogueHeader, Reader, Store
from rori.usecases.frameworks import (
    crosswalk_with,
    read_framework,
    read_own_controls,
    refusals_translated,
    require_resolved,
    shipped_catalogue,
    shipped_crosswalk,
)

OWN_CONTROLS = "own-controls"
"""What own controls are kept under, beside own frameworks."""

_Key = tuple[tuple[str, str, str], ...]


class _LastBuilt:
    """The crosswalk that was built last: own frameworks are only ever added, so their hashes tell when it is old."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: tuple[_Key, Crosswalk] | None = None

    def get(self, reader: Reader) -> Crosswalk:
        key = tuple((one.framework_id, one.version, one.sha256) for one in reader.own_catalogue_headers())
        if not key:
            return shipped_crosswalk()
        with self._lock:
            if self._kept is None or self._kept[0] != key:
                self._kept = key, _built(reader.own_catalogues())
            return self._kept[1]


_LAST_BUILT = _LastBuilt()


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkPreview:
    """A framework that somebody wants to add, and what it changes against the version before, if there is one."""

    framework: Framework
    changes: Changes | None
    content: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlsPreview:
    """Own controls that somebody wants to add; they take the place of those that were brought before."""

    library: ControlLibrary
    content: dict[str, object]


def crosswalk_of(reader: Reader) -> Crosswalk:
    """Return controls and frameworks beside one another: those that ship and the entity's own."""
    return _LAST_BUILT.get(reader)


def known_crosswalk(store: Store) -> Crosswalk:
    """Return controls and frameworks beside one another: those that ship and the entity's own."""
    with store.read() as reader:
        return crosswalk_of(reader)


def own_catalogues(store: Store) -> tuple[OwnCatalogueHeader, ...]:
    """List what the entity brought: versions of frameworks and of its own controls."""
    with store.read() as reader:
        return reader.own_catalogue_headers()


def preview_framework(store: Store, content: bytes, file_name: str) -> FrameworkPreview:
    """Read a framework that somebody brings, without keeping it; ImportRefusedError tells every problem with its row."""
    framework = read_framework(content, file_name)
    crosswalk = known_crosswalk(store)
    _require_new(crosswalk, framework)
    own = [one for one in crosswalk.catalogue.frameworks if one not in shipped_catalogue().frameworks]
    crosswalk_with((*own, framework))
    known = framework.id in crosswalk.catalogue.ids
    return FrameworkPreview(
        framework=framework,
        changes=compare_versions(crosswalk.catalogue.latest(framework.id), framework) if known else None,
        content=mapping_of(framework),
    )


def add_framework(store: Store, actor: str, preview: FrameworkPreview) -> None:
    """Keep a framework that was previewed; answers stay, because they hang on the ids of requirements and controls."""
    framework = preview.framework
    with store.write(actor) as writer:
        _require_new(crosswalk_of(writer), framework)
        writer.add_catalogue(
            NewCatalogue(
                framework_id=framework.id, version=framework.version, title=framework.title, content=preview.content
            )
        )
        writer.commit()


def preview_controls(store: Store, content: bytes, file_name: str) -> ControlsPreview:
    """Read own controls without keeping them: ids of their own, and references that lead somewhere."""
    library, mapping = read_own_controls(content, file_name)
    with store.read() as reader:
        known = reader.own_catalogues()
    _require_new_controls(known, library)
    require_resolved(_built(known, library.controls), file_name)
    return ControlsPreview(library=library, content=mapping)


def add_controls(store: Store, actor: str, preview: ControlsPreview) -> None:
    """Keep own controls that were previewed, in the place of those that were brought before."""
    library = preview.library
    with store.write(actor) as writer:
        _require_new_controls(writer.own_catalogues(), library)
        writer.add_catalogue(
            NewCatalogue(
                framework_id=OWN_CONTROLS, version=library.version, title=library.title, content=preview.content
            )
        )
        writer.commit()


def changes_between(store: Store, framework_id: str, old_version: str, new_version: str) -> Changes:
    """Say what a version of a framework changes against another one."""
    catalogue = known_crosswalk(store).catalogue
    with refusals_translated():
        return compare_versions(
            catalogue.framework(framework_id, old_version), catalogue.framework(framework_id, new_version)
        )


def framework_workbook(framework: Framework) -> bytes:
    """Write a framework as the workbook that can be brought back, to begin an own one or a new version."""
    mapping = mapping_of(framework)
    rows = cast("list[dict[str, object]]", mapping.pop("requirements"))
    return write_framework_workbook(mapping, rows)


def _built(own: Sequence[OwnCatalogue], controls: Sequence[Control] | None = None) -> Crosswalk:
    """Build the crosswalk of what was brought; `controls` take the place of own ones that were."""
    with refusals_translated():
        frameworks = [framework_from(one.content, one.framework_id) for one in own if one.framework_id != OWN_CONTROLS]
        brought = [one for one in own if one.framework_id == OWN_CONTROLS]
        if controls is None and brought:
            newest = max(brought, key=lambda one: one.added_at)
            controls = controls_from(newest.content, OWN_CONTROLS).controls
    return crosswalk_with(frameworks, controls or ())


def _require_new_controls(own: Sequence[OwnCatalogue], library: ControlLibrary) -> None:
    if any(one.framework_id == OWN_CONTROLS and one.version == library.version for one in own):
        raise InputError("version of the controls", "one that was not brought before", library.version)


def _require_new(crosswalk: Crosswalk, framework: Framework) -> None:
    catalogue = crosswalk.catalogue
    if framework.id in catalogue.ids and framework.version in catalogue.versions(framework.id):
        allowed = f"a version of {framework.id} that is not there yet"
        raise InputError("version of the framework", allowed, framework.version)
