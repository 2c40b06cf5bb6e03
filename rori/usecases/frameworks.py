"""Frameworks and controls: those that ship with the program, and those that somebody brings."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import yaml

from compliance.catalogues.acts import ActList, acts_from
from compliance.catalogues.catalogue import Catalogue
from compliance.catalogues.framework import Framework
from compliance.catalogues.reading import framework_from
from compliance.controls.control import Control, ControlLibrary
from compliance.controls.crosswalk import Crosswalk
from compliance.controls.reading import controls_from
from compliance.errors import CatalogueError, ComplianceError, RefusedValueError, UnknownIdError
from rori.errors import ImportRefusedError, InputError, NotFoundError, Problem, RoriError
from rori.reports.framework_workbook import REQUIREMENTS_SHEET, read_framework_workbook
from rori.usecases.settings import PROJECT_ROOT

FRAMEWORKS_FOLDER = PROJECT_ROOT / "data" / "frameworks"
ACTS_FILE = PROJECT_ROOT / "data" / "level_2_acts.yaml"
CONTROLS_FILE = PROJECT_ROOT / "data" / "controls.yaml"
MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 12

_WORKBOOK_MAGIC = (b"PK", bytes.fromhex("d0cf11e0"))
_NO_YAML_ERRORS = (yaml.YAMLError, ValueError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkSummary:
    """What `frameworks` prints of one version of a framework."""

    id: str
    version: str
    title: str
    requirements: int
    assessable: int
    counts: tuple[tuple[str, int], ...]
    with_controls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueSummary:
    """What `frameworks` prints: every framework, the controls, and how many pairings there are."""

    frameworks: tuple[FrameworkSummary, ...]
    acts: int
    controls: int
    domains: int
    references: int


@lru_cache(maxsize=1)
def shipped_catalogue() -> Catalogue:
    """Return the frameworks that ship with the program; ImportRefusedError tells every problem of every file."""
    return read_catalogue(FRAMEWORKS_FOLDER)


@lru_cache(maxsize=1)
def shipped_controls() -> ControlLibrary:
    """Return the controls that ship with the program; ImportRefusedError tells every problem of the file."""
    return read_controls(CONTROLS_FILE)


@lru_cache(maxsize=1)
def shipped_acts() -> ActList:
    """Return the level-2 acts that ship with the program; ImportRefusedError tells every problem of the file."""
    return read_acts(ACTS_FILE)


@lru_cache(maxsize=1)
def shipped_crosswalk() -> Crosswalk:
    """Return shipped controls and frameworks beside one another."""
    return Crosswalk(library=shipped_controls(), catalogue=shipped_catalogue(), acts=shipped_acts())


def crosswalk_with(own: Iterable[Framework], own_controls: Iterable[Control] = ()) -> Crosswalk:
    """Return shipped frameworks and controls together with those that somebody brought."""
    shipped = shipped_controls()
    with refusals_translated():
        catalogue = Catalogue(frameworks=(*shipped_catalogue().frameworks, *own))
        library = replace(shipped, controls=(*shipped.controls, *own_controls))
    return Crosswalk(library=library, catalogue=catalogue, acts=shipped_acts())


def read_catalogue(folder: Path) -> Catalogue:
    """Read every framework of a folder; ImportRefusedError tells every problem of every file."""
    problems: list[Problem] = []
    frameworks = []
    for file in sorted(folder.glob("*.yaml")):
        try:
            with refusals_translated():
                frameworks.append(framework_from(_shipped_yaml(file), file.name))
        except ImportRefusedError as error:
            problems += error.problems
    if not frameworks and not problems:
        problems.append(Problem(message="there is no framework in this folder", sheet=folder.name))
    if problems:
        raise ImportRefusedError(tuple(problems))
    with refusals_translated():
        return Catalogue(frameworks=tuple(frameworks))


def read_acts(file: Path) -> ActList:
    """Read a list of acts; ImportRefusedError tells every problem of the file."""
    with refusals_translated():
        return acts_from(_shipped_yaml(file), file.name)


def read_controls(file: Path) -> ControlLibrary:
    """Read a library of controls; ImportRefusedError tells every problem of the file."""
    with refusals_translated():
        return controls_from(_shipped_yaml(file), file.name)


def read_framework(content: bytes, file_name: str) -> Framework:
    """Read a framework that somebody brings, as .yaml or .xlsx; ImportRefusedError tells every problem with its row."""
    if not content:
        raise _refusal("the file is empty")
    if len(content) > MAX_FILE_BYTES:
        allowed = MAX_FILE_BYTES // 1024**2
        raise _refusal(f"a framework may have at most {allowed} MB, got {len(content) / 1024**2:.1f} MB")
    if content.startswith(_WORKBOOK_MAGIC):
        raw = read_framework_workbook(content)
        with refusals_translated():
            return framework_from(raw.mapping, REQUIREMENTS_SHEET, raw.rows)
    with refusals_translated():
        return framework_from(_guarded_yaml(content), file_name)


def read_own_controls(content: bytes, file_name: str) -> tuple[ControlLibrary, dict[str, object]]:
    """Read controls that somebody brings as .yaml, with the mapping that makes them again."""
    if len(content) > MAX_FILE_BYTES:
        raise _refusal(f"controls may have at most {MAX_FILE_BYTES // 1024**2} MB, got {len(content) / 1024**2:.1f} MB")
    mapping = _guarded_yaml(content)
    with refusals_translated():
        library = controls_from(mapping, file_name)
    return library, cast("dict[str, object]", mapping)


def require_resolved(crosswalk: Crosswalk, file_name: str) -> None:
    """Refuse references of controls that lead nowhere, each with its control."""
    if crosswalk.unresolved:
        raise ImportRefusedError(
            tuple(
                Problem(
                    message=f"control {control} refers to {requirement!r}, which no framework and no act has",
                    sheet=file_name,
                )
                for control, requirement in crosswalk.unresolved
            )
        )


def summarise(crosswalk: Crosswalk) -> CatalogueSummary:
    """Count what the frameworks and the controls hold; ImportRefusedError names references that lead nowhere."""
    require_resolved(crosswalk, CONTROLS_FILE.name)
    return CatalogueSummary(
        frameworks=tuple(_summary(framework, crosswalk) for framework in crosswalk.catalogue.frameworks),
        acts=0 if crosswalk.acts is None else len(crosswalk.acts.acts),
        controls=len(crosswalk.library.controls),
        domains=len(crosswalk.library.domains),
        references=crosswalk.library.references,
    )


@contextmanager
def refusals_translated() -> Iterator[None]:
    """Turn what the compliance package refuses into the product's own errors, which pages and terminal show."""
    try:
        yield
    except ComplianceError as error:
        raise translated(error) from error


def translated(error: ComplianceError) -> RoriError:
    """Return the product's own error for one of the compliance package."""
    if isinstance(error, CatalogueError):
        return ImportRefusedError(
            tuple(
                Problem(
                    message=f"{problem.subject}: {problem.message}" if problem.subject else problem.message,
                    sheet=problem.source,
                    row=problem.row,
                )
                for problem in error.problems
            )
        )
    if isinstance(error, RefusedValueError):
        return InputError(error.name, error.allowed, error.came)
    if isinstance(error, UnknownIdError):
        return NotFoundError(str(error))
    return RoriError(str(error))


def _summary(framework: Framework, crosswalk: Crosswalk) -> FrameworkSummary:
    linked = (crosswalk.controls_of(r.id, framework.id, framework.version) for r in framework.assessable)
    return FrameworkSummary(
        id=framework.id,
        version=framework.version,
        title=framework.title,
        requirements=len(framework.requirements),
        assessable=len(framework.assessable),
        counts=framework.counts,
        with_controls=sum(bool(links) for links in linked),
    )


def _shipped_yaml(file: Path) -> object:
    try:
        return yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
    except FileNotFoundError as error:
        raise _refusal(f"{file.name} is missing; install the program again") from error
    except _NO_YAML_ERRORS as error:
        raise _refusal(f"{file.name} is not valid YAML{_place(error)}") from error


def _guarded_yaml(content: bytes) -> object:
    """Load YAML that somebody sent: no anchors, no deep nesting, no key twice."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal("the file is neither a workbook (.xlsx) nor text in UTF-8 (.yaml)") from error
    try:
        _check_events(text)
        return yaml.load(text, Loader=_SingleKeys)  # noqa: S506
    except _NO_YAML_ERRORS as error:
        raise _refusal(f"the file is not valid YAML{_place(error)}") from error


def _check_events(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _refusal(f"the file uses anchors or aliases (& or *){_line(event.start_mark)}; write the values out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise _refusal(f"the file is nested more than {MAX_DEPTH} levels deep{_line(event.start_mark)}")


class _SingleKeys(yaml.CSafeLoader):
    """Refuses a key that stands twice in a mapping: the first value would silently be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise _refusal(f"{key.value[:80]!r} stands twice in one mapping{_line(key.start_mark)}; keep one")
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def _place(error: BaseException) -> str:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None)
    return f"{_line(mark)}{f': {reason}' if reason else ''}"


def _line(mark: Any) -> str:  # noqa: ANN401
    return "" if mark is None else f" in line {mark.line + 1}"


def _refusal(message: str) -> ImportRefusedError:
    return ImportRefusedError((Problem(message=message),))
