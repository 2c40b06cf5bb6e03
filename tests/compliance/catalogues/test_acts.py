from __future__ import annotations

from typing import Any

import pytest

from compliance.catalogues.acts import acts_from
from compliance.controls.control import Grade
from compliance.controls.crosswalk import Crosswalk
from compliance.errors import CatalogueError
from tests.compliance.builders import control, crosswalk, framework, requirement

ACT: dict[str, Any] = {
    "act": "2025/301",
    "kind": "delegated (RTS)",
    "subject": "Incident reports",
    "basis": "DORA Art. 20",
    "confidence": "high",
    "in_force": "2025-03-12",
    "articles": [{"reference": "Art. 5", "title": "Time limits"}],
}
WHOLE: dict[str, Any] = {"id": "dora-level-2", "title": "Acts", "doubts": [], "acts": [ACT]}


def test_articles_are_found_by_act_and_reference() -> None:
    found = acts_from(WHOLE, "acts.yaml")
    article = found.article("2025/301 Art. 5")
    assert article is not None
    assert (article.reference, article.title) == ("Art. 5", "Time limits")
    assert "2025/301 Art. 6" not in found
    assert found.guidelines == ()


def test_a_control_may_serve_an_article_without_its_being_assessed() -> None:
    plain = crosswalk(
        (framework("a", requirement()),), control("report", ("a-1", "full"), ("2025/301 Art. 5", "partial"))
    )
    assert plain.unresolved == (("report", "2025/301 Art. 5"),)
    walk = Crosswalk(library=plain.library, catalogue=plain.catalogue, acts=acts_from(WHOLE, "acts.yaml"))
    assert walk.unresolved == ()
    ((article, grade),) = walk.articles_of("report")
    assert (article.title, grade) == ("Time limits", Grade.PARTIAL)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"acts": "all"}, "acts.yaml: acts must be a list of mappings, got 'all'"),
        ({"acts": [{**ACT, "basis": ""}]}, "acts.yaml, act 2025/301: basis must be filled in"),
        ({"acts": [{**ACT, "in_force": "soon"}]}, "in_force must be a day such as"),
        ({"acts": [{**ACT, "articles": [{"reference": "Art. 1"}]}]}, "title must be filled in, got nothing"),
        ({"acts": [{**ACT, "article": []}]}, "key must be one of act, kind"),
        ({"acts": [ACT, ACT]}, "act must be the only one of its kind in the file, got '2025/301'"),
        ({"guidelines": [{**ACT, "act": "JC 1", "confidence": "sure"}]}, "act JC 1: confidence must be one of"),
        ({"requirements": []}, "key must be one of id, title"),
    ],
)
def test_each_rule_has_its_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        acts_from({**WHOLE, **changes}, "acts.yaml")
    assert sentence in str(refused.value)
