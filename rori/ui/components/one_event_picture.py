"""The blast radius on the dependencies: who is reached, who is spared, along which dependency."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from rori.economics.decisions.one_event_results import OneEvent, StoppedSystem
from rori.ui.charts.dependency_picture import Arc, Node, State, dependency_picture
from rori.ui.charts.look import CONFIG, Look
from rori.ui.charts.timeline import span
from rori.ui.components.one_event_answer import stops
from rori.ui.formats import percent
from rori.usecases.one_event import EventAnswer

_SPARED = "works on: a buffer, a standby or slack holds"


def picture(answer: EventAnswer, look: Look) -> None:
    """Draw the picture, and beside it the same in words."""
    event = answer.shown
    st.subheader("How the failure travels")
    everything = st.toggle(
        "Show all systems",
        key="event-all-systems",
        bind="query-params",
        help="Otherwise: the systems affected, and those that depend on them and keep working.",
    )
    nodes = _nodes(answer, everything=everything)
    arcs = [
        Arc(provider_id=edge.provider_id, consumer_id=edge.consumer_id, carries=edge.carries) for edge in event.edges
    ]
    figure = dependency_picture(nodes, arcs, look)
    if figure is None:
        return
    drawn, told = st.columns([5, 4])
    with drawn:
        st.plotly_chart(
            figure,
            key="event-picture",
            theme=None,
            config=CONFIG,
            alt="Systems and dependencies with the blast radius; the tables hold the same in words",
        )
        st.caption("Arrows point from what is needed to what needs it: the way a failure travels.")
    with told:
        _systems_table(nodes)
        _dependencies_table(answer, {node.id for node in nodes})


def _nodes(answer: EventAnswer, *, everything: bool) -> list[Node]:
    event = answer.shown
    hit = sorted(event.systems, key=lambda one: (_distance(one), one.stretches[0].from_hour, one.name.lower()))
    reached = {one.system_id for one in hit}
    near = {edge.consumer_id for edge in event.edges if edge.provider_id in reached} - reached
    spared = [
        system for system in answer.portfolio.systems if system.id not in reached and (everything or system.id in near)
    ]
    nodes = [Node(id=one.system_id, name=one.name, state=_state(one), told=_told(one, event)) for one in hit]
    return nodes + [
        Node(
            id=system.id,
            name=system.name,
            state=State.WORKS,
            told=_SPARED if system.id in near else "works on: out of reach",
        )
        for system in sorted(spared, key=lambda system: (system.id not in near, system.name.lower()))
    ]


def _distance(one: StoppedSystem) -> int:
    return 0 if one.failed_itself else len(one.stretches[0].path)


def _state(one: StoppedSystem) -> State:
    if one.failed_itself:
        return State.FAILS
    return State.STOPS if stops(one) else State.LOSES


def _told(one: StoppedSystem, event: OneEvent) -> str:
    begins = one.stretches[0].from_hour
    most = max(stretch.capacity_lost for stretch in one.stretches)
    ends = one.stretches[-1].to_hour
    until = "" if ends >= event.duration_hours - 1e-9 else f" until {span(ends)}"
    return (
        f"loses {percent(most, 0)} after {span(begins)}{until}"
        if begins
        else f"loses {percent(most, 0)} at once{until}"
    )


def _systems_table(nodes: list[Node]) -> None:
    rows = [{"System": node.name, "State": node.state.value, "What happens": node.told} for node in nodes]
    looks: dict[str, Any] = {"System": st.column_config.TextColumn(pinned=True)}
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=looks, alt="What becomes of each system")


def _dependencies_table(answer: EventAnswer, shown: set[str]) -> None:
    names = {system.id: system.name for system in answer.portfolio.systems}
    rows = [
        {
            "Needs": names[edge.consumer_id],
            "Is needed": names[edge.provider_id],
            "Failure travels": "yes" if edge.carries else "no",
        }
        for edge in sorted(answer.shown.edges, key=lambda edge: not edge.carries)
        if {edge.consumer_id, edge.provider_id} <= shown
    ]
    if rows:
        with st.expander("Table of the dependencies"):
            table = pd.DataFrame(rows).rename(columns={"Needs": "System", "Is needed": "needs"})
            st.dataframe(table, hide_index=True, alt="Dependencies, and whether the failure travels along them")
