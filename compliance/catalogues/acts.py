"""Acts that belong to a law without being assessed: what they are about, and their articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from compliance.errors import CatalogueError, CatalogueProblem
from compliance.fields import Fields
from compliance.terms import Confidence

LIST_KEYS = ("id", "title", "doubts", "acts", "guidelines")
ACT_KEYS = ("act", "kind", "subject", "basis", "published", "in_force", "notes", "confidence", "articles")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActArticle:
    """One article of an act; `id` is how controls refer to it, such as "2025/301 Art. 5"."""

    id: str
    reference: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A legal act or guideline: `basis` is the provision that it rests on."""

    act: str
    kind: str
    subject: str
    basis: str
    confidence: Confidence
    published: date | None = None
    in_force: date | None = None
    notes: str = ""
    articles: tuple[ActArticle, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActList:
    """Acts and guidelines under a law, with the open points about the list."""

    id: str
    title: str
    doubts: tuple[str, ...]
    acts: tuple[Act, ...]
    guidelines: tuple[Act, ...]
    _articles: dict[str, ActArticle] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        articles = {article.id: article for act in self.acts for article in act.articles}
        object.__setattr__(self, "_articles", articles)

    def __contains__(self, article_id: object) -> bool:
        return article_id in self._articles

    def article(self, article_id: str) -> ActArticle | None:
        """Return the article with this id, if there is one."""
        return self._articles.get(article_id)


def acts_from(mapping: object, name: str) -> ActList:
    """Check a mapping against the schema of a list of acts and make a list of it.

    Parameters
    ----------
    mapping : mapping of str to object
        What the file holds: keys as in `LIST_KEYS`, acts and guidelines as in `ACT_KEYS`.
    name : str
        The file, for messages.

    Returns
    -------
    ActList
        In the order of the file.

    Raises
    ------
    CatalogueError
        With every problem found: where it is, which field, what is allowed and what came.
    """
    problems: list[CatalogueProblem] = []
    values = cast("Mapping[str, object]", mapping) if isinstance(mapping, Mapping) else {}
    top = Fields(values, problems, source=name)
    top.only(LIST_KEYS)
    list_id, title, doubts = top.key("id"), top.text("title"), top.texts("doubts")
    acts = _acts(top, "acts")
    guidelines = _acts(top, "guidelines") if values.get("guidelines") else ()
    seen = [act.act for act in (*acts, *guidelines)]
    for repeated in dict.fromkeys(act for act in seen if seen.count(act) > 1):
        top.refuse("act", "the only one of its kind in the file", repeated)
    if problems:
        raise CatalogueError(problems)
    return ActList(id=list_id, title=title, doubts=doubts, acts=acts, guidelines=guidelines)


def _acts(top: Fields, key: str) -> tuple[Act, ...]:
    found = []
    for place in _places(top, key, top.values.get(key)):
        place.only(ACT_KEYS)
        act = place.text("act")
        place.subject = f"act {act}"
        confidence = place.term("confidence", Confidence)
        found.append(
            Act(
                act=act,
                kind=place.text("kind"),
                subject=place.text("subject"),
                basis=place.text("basis"),
                published=place.day("published"),
                in_force=place.day("in_force"),
                notes=place.text("notes", required=False),
                confidence=confidence or Confidence.LOW,
                articles=_articles(place, act),
            )
        )
    return tuple(found)


def _articles(act: Fields, name: str) -> tuple[ActArticle, ...]:
    if act.values.get("articles") is None:
        return ()
    found = []
    for place in _places(act, "articles", act.values["articles"]):
        place.only(("reference", "title"))
        reference = place.text("reference")
        found.append(ActArticle(id=f"{name} {reference}", reference=reference, title=place.text("title")))
    return tuple(found)


def _places(above: Fields, key: str, raw: object) -> Sequence[Fields]:
    if not isinstance(raw, list | tuple) or not all(isinstance(item, Mapping) for item in raw):
        above.refuse(key, "a list of mappings", raw)
        return ()
    return [Fields(item, above.problems, source=above.source, subject=above.subject) for item in raw]
