"""Compliance: what ships, where the entity stands, what is missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from rori.usecases import frameworks
from rori.usecases.compliance.gaps import gap_lines
from rori.usecases.compliance.standing import standings
from rori.usecases.compliance.trend import keep_readiness
from rori.usecases.joining.prices import GapPrice, PriceOrder, gap_prices, price_key, ranked
from rori.usecases.settings import local_user, open_store

commands = typer.Typer()

Scope = Annotated[str, typer.Option(metavar="SYSTEM", help="Id of a system; the whole entity without it.")]


@commands.command(name="frameworks")
def list_frameworks() -> None:
    """Check the shipped frameworks and controls against their schema and facts, and print what they hold."""
    found = frameworks.summarise(frameworks.shipped_crosswalk())
    for one in found.frameworks:
        line = f"{one.id}  {one.version}  {one.requirements} requirements, {one.assessable} assessable"
        typer.echo(f"{line}, {one.with_controls} of these with controls")
        typer.echo(f"  {one.title}")
        for name, count in one.counts:
            typer.echo(f"  {count:>6} {name.replace('_', ' ')}")
    typer.echo(f"{found.acts} level-2 acts under DORA, for reference")
    typer.echo(f"{found.controls} controls in {found.domains} domains, {found.references} references")


@commands.command()
def readiness(*, scope: Scope = "entity") -> None:
    """Print readiness per framework, claimed and evidenced, and keep that of the entity for the trend."""
    store = open_store()
    found = standings(store, datetime.now(UTC).date(), scope)
    for one in found:
        whole = one.readiness.whole
        if whole.applicable:
            counts = (
                f"{whole.applicable} apply, {whole.met_claimed} met as claimed, {whole.met_evidenced} with evidence"
            )
            shares = (
                f"coverage {whole.coverage_claimed or 0:.1%} claimed, {whole.coverage_evidenced or 0:.1%} evidenced"
            )
            typer.echo(f"{one.framework.id} {one.framework.version}: {counts}; {shares}")
        else:
            typer.echo(f"{one.framework.id} {one.framework.version}: nothing applies to the entity")
    if scope == "entity":
        keep_readiness(store, local_user(), found)


@commands.command()
def gaps(
    *,
    framework: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only of this one; may be repeated.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="How many.")] = 10,
    scope: Scope = "entity",
    case: Annotated[
        str, typer.Option(metavar="CASE", help="Id of a case: price every gap against it and rank by money.")
    ] = "",
    order: Annotated[PriceOrder, typer.Option(help="With a case: how to rank.")] = PriceOrder.EUROS,
) -> None:
    """Print the gaps in the order in which to close them, or by money, as the page Compliance ranks them."""
    store = open_store()
    found = gap_lines(store, datetime.now(UTC).date(), scope, framework or ())
    prices = gap_prices(store, case, [line.gap for line in found]) if case else None
    if prices is not None:
        found = ranked(found, prices, order)
    for line in found[:top]:
        status = line.gap.status
        place = f"{status.framework_id} {status.requirement.reference}: {status.requirement.title}"
        shares = f"{status.claimed:.0%} claimed, {status.evidenced:.0%} evidenced"
        typer.echo(f"{line.rank:>4}  {place} ({shares})")
        typer.echo(f"      {line.gap.action.sentence}")
        if prices is not None:
            typer.echo(f"      {_priced(prices[price_key(line.gap)], order)}")
    typer.echo(f"{len(found):,} gaps.")


def _priced(price: GapPrice, order: PriceOrder) -> str:
    best = price.best(order)
    if best is None:
        said = f"{price.why_none[:1].upper()}{price.why_none[1:]}"
    else:
        value = best.value
        ratio = "" if value.eur_per_eur is None else f", {value.eur_per_eur:.2f} for each unit of cost"
        said = (
            f"{best.name}: prevents {value.prevented_eur_per_year:,.0f} a year, PV cost {value.pv_cost_eur:,.0f}{ratio}"
        )
        said = "; ".join((said, *value.broken_rules))
    if price.penalty is None:
        return f"{said}."
    return f"{said}. Penalty at most: {price.penalty.how} ({price.penalty.penalty.reference})."
