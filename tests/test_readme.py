"""What the README says is held against the disk and against the engine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from rori.economics.figures.evaluate import evaluate_case
from rori.economics.inputs.portfolio import LossProfile, Portfolio
from rori.economics.terms import Quantity
from tests.economics.builders import case, effect, measure, mode, system
from tests.oracles import within

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOT_IN_THE_TREE = {
    "LICENSE",
    "CHANGELOG.md",
    "README.md",
    "Makefile",
    "pyproject.toml",
    "requirements.txt",
    "requirements-dev.txt",
}


def tree():
    """Paths that the README's tree names, folders with a slash."""
    block = README.split("## The tree", 1)[1].split("```")[1]
    parents, paths = [], set()
    for line in block.strip().splitlines():
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        parents = [*parents[:depth], name.rstrip("/")]
        paths.add("/".join(parents) + ("/" if name.endswith("/") else ""))
    return paths


def tracked():
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [path for path in listed if (ROOT / path).exists()]


def test_every_path_of_the_tree_is_on_the_disk():
    assert len(tree()) > 10
    for path in tree():
        assert (ROOT / path).is_dir() if path.endswith("/") else (ROOT / path).is_file(), path


def test_every_room_is_in_the_tree():
    top = {path.split("/")[0] + "/" if "/" in path else path for path in tracked() if not path.startswith(".")}
    rooms = {f"rori/{path.split('/')[1]}/" for path in tracked() if path.startswith("rori/") and path.count("/") > 1}
    assert top - NOT_IN_THE_TREE <= tree()
    assert rooms <= tree()


def test_every_link_leads_somewhere():
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert len(targets) >= 5
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_worked_example_is_what_the_engine_says():
    failover = measure("failover", effect(Quantity.DURATION_HOURS, 0.2), capex_eur=100_000, opex_eur_per_year=10_000)
    portfolio = Portfolio(
        systems=(system(loss=LossProfile(revenue_eur_per_hour=10_000.0)),),
        failure_modes=(mode(rate=2.0, hours=3.0),),
        measures=(failover,),
    )
    result = evaluate_case(portfolio, case("failover", discount_rate_per_year=0.08, n_paths=40_000))
    told = {
        "prevented": float(
            re.search(r"prevented loss \| 48,000 EUR \| ([\d,]+) EUR", README).group(1).replace(",", "")
        ),
        "cost": float(re.search(r"10,000 EUR a year \| ([\d,]+) EUR", README).group(1).replace(",", "")),
        "rori": float(re.search(r"\*\*([\d.]+) %\*\*", README).group(1)) / 100,
    }
    found = result.investment
    assert told["prevented"] == pytest.approx(48_000 * (1 - 1.08**-5) / 0.08, abs=0.5)
    assert within(found.pv_prevented_eur.value, told["prevented"], found.pv_prevented_eur.standard_error)
    assert found.pv_cost_eur == pytest.approx(told["cost"], abs=0.5)
    assert told["rori"] == pytest.approx((told["prevented"] - told["cost"]) / told["cost"], abs=0.0005)
    assert within(found.rori.value, told["rori"], found.rori.standard_error)
    assert found.roi == pytest.approx(-1.0)
