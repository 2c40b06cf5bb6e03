from __future__ import annotations

from compliance.errors import MAX_PROBLEMS, CatalogueError, CatalogueProblem, RefusedValueError


def test_a_problem_names_file_row_requirement_field_rule_and_what_came() -> None:
    problem = CatalogueProblem(
        source="dora.yaml", row=7, subject="requirement dora-5", field="due", allowed="filled in", came="nothing"
    )
    assert str(problem) == "dora.yaml, row 7, requirement dora-5: due must be filled in, got nothing"


def test_all_problems_are_told_up_to_a_number() -> None:
    one = CatalogueProblem(source="f", allowed="a mapping", came="3")
    assert str(CatalogueError([one, one])).count("f: it must be a mapping, got 3") == 2
    assert str(CatalogueError([one] * (MAX_PROBLEMS + 5))).endswith("and 5 more")


def test_a_long_value_is_cut_to_one_line() -> None:
    assert len(str(RefusedValueError("name", "short", "x" * 500))) < 120
