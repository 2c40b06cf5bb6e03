"""The sheet Portfolio: what the run knew about systems, losses, failures and dependencies, to read."""

from __future__ import annotations

from rori.economics.inputs.estimates import LognormalEstimate
from rori.economics.inputs.portfolio import Portfolio
from rori.reports.case_sheets.report import CaseReport
from rori.reports.grid import Cell, Grid, money, optional, share, text

NAME = "Portfolio"


def write_portfolio(grid: Grid, report: CaseReport) -> None:
    """Write five tables, one below the other."""
    grid.set_page((28, 25, 30, *[13.5] * 11), report.footer)
    grid.title("Portfolio", "What the run was given about the systems; an empty cell means that nothing is stated")
    grid.sheet.freeze_panes(grid.row, 1)
    _write_systems(grid, report.portfolio)
    _write_losses(grid, report.portfolio, report.currency)
    _write_failure_modes(grid, report.portfolio)
    _write_common_causes(grid, report.portfolio)
    _write_dependencies(grid, report.portfolio)
    grid.finish()


def _write_systems(grid: Grid, portfolio: Portfolio) -> None:
    grid.section(f"Systems ({len(portfolio.systems)})")
    grid.header(
        (
            *("System", "Name", "Tags", "Owner", "Tier", "Kind", "Third party", "Critical or important function"),
            *("RTO (hours)", "RPO (hours)", "Impact tolerance (hours)"),
        ),
        words=range(8),
    )
    for system in portfolio.systems:
        words = (system.id, system.name, "; ".join(system.tags), system.owner, system.tier.value, system.kind.value)
        hours = (system.rto_hours, system.rpo_hours, system.impact_tolerance_hours)
        grid.cells(
            [
                *(text(word) for word in words),
                *(text(_yes(flag)) for flag in (system.third_party, system.critical_or_important_function)),
                *(optional(figure, "precise") for figure in hours),
            ]
        )
    grid.gap()


def _write_losses(grid: Grid, portfolio: Portfolio, unit: str) -> None:
    earning = [(system, system.loss) for system in portfolio.systems if system.loss is not None]
    grid.section(
        f"Loss profiles ({len(earning)})", "What an interruption of a system costs; systems without one earn nothing."
    )
    grid.header(
        (
            *("System", "Name", "Contractual penalties", f"Revenue ({unit}/hour)", "Recovered later (%)"),
            *(f"Idle labour ({unit}/hour)", f"Response ({unit}/incident)", f"Response ({unit}/hour)"),
            *(f"Clients' value ({unit})", "Defection, at most (%)", f"Notification and penalty ({unit}/incident)"),
            *("Reportable after (hours)", "Reputation dip (%)", f"Data recreation ({unit}/hour)"),
        ),
        words=(0, 1, 2),
    )
    for system, loss in earning:
        steps = "; ".join(f"{step.from_hours:g} h: {step.penalty_eur:,.0f} {unit}" for step in loss.penalty_steps)
        grid.cells(
            [
                *(text(system.id), text(system.name), text(steps)),
                *(money(loss.revenue_eur_per_hour), share(loss.recovered_share)),
                money(loss.idle_people * loss.loaded_cost_eur_per_person_hour),
                *(money(loss.response_eur_per_incident), money(loss.response_eur_per_hour)),
                money(loss.clients * loss.margin_eur_per_client_year * loss.remaining_years),
                share(loss.defection_probability),
                money(loss.notification_eur + loss.expected_penalty_eur),
                optional(loss.reportable_after_hours, "precise"),
                *(share(loss.reputation_dip), money(loss.data_recreation_eur_per_hour)),
            ]
        )
    grid.gap()


def _write_failure_modes(grid: Grid, portfolio: Portfolio) -> None:
    grid.section(f"Failure modes ({len(portfolio.failure_modes)})")
    grid.header(
        (
            *("Failure mode", "System", "Name", "Cause", *_INTERVALS),
            *(
                "Capacity lost, lowest (%)",
                "Capacity lost, most likely (%)",
                "Capacity lost, highest (%)",
                "Loses data",
            ),
        ),
        words=(0, 1, 2, 3, 13),
    )
    for mode in portfolio.failure_modes:
        lost = mode.capacity_lost
        grid.cells(
            [
                *(text(word) for word in (mode.id, mode.system_id, mode.name, mode.cause.value)),
                *(*_interval(mode.events_per_year), *_interval(mode.duration_hours)),
                *(share(bound) for bound in (lost.low, lost.likely, lost.high)),
                text(_yes(mode.loses_data)),
            ]
        )
    grid.gap()


def _write_common_causes(grid: Grid, portfolio: Portfolio) -> None:
    grid.section(
        f"Common causes ({len(portfolio.common_causes)})", "One event that hits every system carrying the tag at once."
    )
    grid.header(
        ("Common cause", "Tag", "Name", "Hit probability (%)", *_INTERVALS, "Share reached (%)"), words=(0, 1, 2)
    )
    for cause in portfolio.common_causes:
        grid.cells(
            [
                *(text(word) for word in (cause.id, cause.tag, cause.name)),
                share(cause.hit_probability),
                *(*_interval(cause.events_per_year), *_interval(cause.duration_hours)),
                share(cause.share_reached),
            ]
        )
    grid.gap()


def _write_dependencies(grid: Grid, portfolio: Portfolio) -> None:
    grid.section(f"Dependencies ({len(portfolio.dependencies)})")
    grid.header(
        (
            *("Dependency", "Consumer", "Provider", "Degradation (%)", "Buffer (hours)", "Redundancy group"),
            *("Needed of the group", "Failover (hours)"),
        ),
        words=(0, 1, 2, 5),
    )
    for link in portfolio.dependencies:
        grid.cells(
            [
                *(text(link.id), text(link.consumer_id), text(link.provider_id), share(link.degradation)),
                *(Cell(link.buffer_hours, "precise"), text(link.redundancy_group)),
                *(Cell(link.needed, "whole"), Cell(link.failover_hours, "precise")),
            ]
        )


_INTERVALS = (
    *("Frequency, P5 (events/year)", "Frequency, P50 (events/year)", "Frequency, P95 (events/year)"),
    *("Duration, P5 (hours)", "Duration, P50 (hours)", "Duration, P95 (hours)"),
)


def _interval(estimate: LognormalEstimate) -> list[Cell]:
    return [Cell(bound, "precise") for bound in (estimate.p5, estimate.median, estimate.p95)]


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"
