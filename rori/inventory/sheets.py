"""The eight sheets of an inventory."""

from __future__ import annotations

from rori.economics.terms import Cause, Operation, Quantity, Strategy, SystemKind, Tier
from rori.inventory.case_sheet import CASES
from rori.inventory.columns import Column, Sheet, ValueKind
from rori.inventory.declare import (
    SOURCE,
    choice,
    free_text,
    id_list,
    interval,
    key,
    money,
    number,
    reference,
    share,
    yes_no,
)
from rori.inventory.patterns import START_WINDOWS, WEEKLY_PROFILES

__all__ = [
    "CASES",
    "COMMON_CAUSES",
    "DEPENDENCIES",
    "EFFECTS",
    "FAILURE_MODES",
    "LOSS_PROFILES",
    "MEASURES",
    "SHEETS",
    "SHEET_BY_NAME",
    "SYSTEMS",
]

SYSTEMS = Sheet(
    name="systems",
    label="Systems",
    singular="system",
    help="What may fail: services, applications, platforms, data stores, networks, third parties",
    columns=(
        key("card-auth", "system"),
        free_text("name", "Name", "As people call it", "Card authorisation", required=True),
        free_text("owner", "Owner", "Who answers for it", "Head of Cards"),
        choice("tier", "Tier", tuple(Tier), "How much rests on it", Tier.STANDARD.value),
        choice("kind", "Kind", tuple(SystemKind), "What it is", SystemKind.APPLICATION.value),
        yes_no("third_party", "Third party", "Whether somebody else runs it"),
        yes_no(
            "critical_or_important", "Critical or important function", "Supports one in the sense of DORA Art. 3(22)"
        ),
        number("rto_hours", "RTO", "hours", "Recovery time objective", "2"),
        number("rpo_hours", "RPO", "hours", "Recovery point objective: how much data may be lost", "0.25"),
        number("impact_tolerance_hours", "Impact tolerance", "hours", "Longest interruption that is tolerable", "4"),
        id_list("tags", "Tags", "key=value, joined by ;", "cloud=aws; region=eu-central-1"),
        SOURCE,
    ),
)

LOSS_PROFILES = Sheet(
    name="loss_profiles",
    label="Loss profiles",
    singular="loss profile",
    help="What one hour, one incident and one breach of tolerance of a system cost; empty means 0",
    columns=(
        Column(
            name="system_id",
            label="System",
            kind=ValueKind.KEY,
            required=True,
            refers_to="systems",
            help="Id of the system; one profile each",
            example="card-auth",
        ),
        money(
            "revenue_eur_per_hour", "Revenue", "EUR/hour", "Earned in an average hour, lost while it is down", "18000"
        ),
        share("recovered_share", "Recovered later", "Share of the revenue that customers bring later anyway", "20"),
        choice("weekly_profile", "Weekly profile", tuple(WEEKLY_PROFILES), "When in the week it earns", "always"),
        number("idle_people", "Idle people", "people", "Who cannot work while it is down", "40", default=0.0),
        money("loaded_cost_eur_per_person_hour", "Loaded cost", "EUR/person/hour", "Cost of one idle hour", "65"),
        money(
            "response_eur_per_incident",
            "Response, fixed",
            "EUR/incident",
            "Crisis team, forensics, call centre",
            "8000",
        ),
        money("response_eur_per_hour", "Response, running", "EUR/hour", "While it lasts", "2500"),
        free_text(
            "penalty_steps",
            "Contractual penalties",
            "hours:EUR steps joined by ; total due from then on",
            "1:5000; 4:25000",
        ),
        number("clients", "Clients", "clients", "Who may leave after a long interruption", "120000", default=0.0),
        share(
            "defection_probability", "Defection, at most", "Share of clients that leave after a very long one", "0.5"
        ),
        number("defection_onset_hours", "Defection starts", "hours", "Nobody leaves before", "4", default=0.0),
        number(
            "defection_full_hours",
            "Defection complete",
            "hours",
            "The full share leaves from here on",
            "48",
            default=0.0,
        ),
        money("margin_eur_per_client_year", "Margin", "EUR/client/year", "What one client earns", "22"),
        number("remaining_years", "Remaining years", "years", "How long a client would have stayed", "4", default=0.0),
        number(
            "reportable_after_hours", "Reportable after", "hours", "Notification duties start; empty means never", "2"
        ),
        money(
            "notification_eur", "Notification", "EUR/incident", "Cost of reporting to authorities and clients", "15000"
        ),
        money(
            "expected_penalty_eur",
            "Expected penalty",
            "EUR/incident",
            "Probability times fine, once reportable",
            "10000",
        ),
        money("penalty_ceiling_eur", "Penalty ceiling", "EUR", "Statutory maximum; empty means none", "", default=None),
        share("reputation_dip", "Reputation dip", "Revenue lost at first once the impact tolerance is passed", "2"),
        number("reputation_half_life_months", "Dip halves in", "months", "Half-life of the dip", "1.5", default=0.0),
        money(
            "data_recreation_eur_per_hour",
            "Data recreation",
            "EUR/hour of data",
            "Work to recreate an hour of data",
            "4000",
        ),
        SOURCE,
    ),
)

FAILURE_MODES = Sheet(
    name="failure_modes",
    label="Failure modes",
    singular="failure mode",
    help="How one system fails by itself: how often, how long, how much of its capacity",
    columns=(
        key("card-auth-release", "failure mode"),
        reference("system_id", "System", "systems", "Id of the system that fails", "card-auth"),
        free_text("name", "Name", "What happens", "Faulty release", required=True),
        choice("cause", "Cause", tuple(c for c in Cause if c is not Cause.COMMON_CAUSE), "Why it fails"),
        *interval("events_per_year", "Frequency", "events/year", "Rate", ("0.5", "1.2", "3")),
        *interval("duration_hours", "Duration", "hours", "Time to restore the service", ("0.5", "1.5", "6")),
        share("capacity_lost_low", "Capacity lost, lowest", "In the mildest case", "30", required=True),
        share("capacity_lost_likely", "Capacity lost, most likely", "In the most likely case", "70", required=True),
        share("capacity_lost_high", "Capacity lost, highest", "In the worst case", "100", required=True),
        yes_no("loses_data", "Loses data", "Whether data since the last good copy is gone (RPO)"),
        choice("start_window", "Starts", tuple(START_WINDOWS), "When in the week it starts", "any"),
        SOURCE,
    ),
)

COMMON_CAUSES = Sheet(
    name="common_causes",
    label="Common causes",
    singular="common cause",
    help="One event that hits every system carrying a tag at once",
    columns=(
        key("agent-update", "common cause"),
        free_text("name", "Name", "What happens", "Faulty endpoint agent update", required=True),
        free_text("tag", "Tag", "Systems carrying this key=value are exposed", "endpoint_agent=falcon", required=True),
        *interval("events_per_year", "Frequency", "events/year", "Rate", ("0.02", "0.08", "0.3")),
        *interval("duration_hours", "Duration", "hours", "Time to restore the service", ("4", "14", "72")),
        share("hit_probability", "Hit probability", "An exposed system that is reached goes down", "85", default=1.0),
        share(
            "share_reached", "Share reached", "How far it gets before a staged rollout is stopped", "100", default=1.0
        ),
        SOURCE,
    ),
)

DEPENDENCIES = Sheet(
    name="dependencies",
    label="Dependencies",
    singular="dependency",
    help="Who needs whom, how much, and how long they live without",
    columns=(
        key("card-auth-hsm", "dependency"),
        reference("consumer_id", "Consumer", "systems", "Id of the system that needs", "card-auth"),
        reference("provider_id", "Provider", "systems", "Id of the system that is needed", "hsm"),
        share(
            "degradation", "Degradation", "Consumer's capacity lost when the provider is fully lost", "100", default=1.0
        ),
        number("buffer_hours", "Buffer", "hours", "How long the consumer lives without", "0", default=0.0),
        free_text(
            "redundancy_group", "Redundancy group", "Providers of one consumer that stand in for one another", ""
        ),
        Column(
            name="needed",
            label="Needed",
            kind=ValueKind.WHOLE,
            unit="of the group",
            default=1,
            low=1,
            help="How many of the group must work (k of n)",
            example="1",
        ),
        number(
            "failover_hours", "Failover", "hours", "How long changing over within the group takes", "0", default=0.0
        ),
        SOURCE,
    ),
)

MEASURES = Sheet(
    name="measures",
    label="Measures",
    singular="measure",
    help="What can be bought, what it costs and what it needs; what it changes stands on the sheet Effects",
    columns=(
        key("active-active", "measure"),
        free_text("name", "Name", "What is bought", "Active-active in two regions", required=True),
        choice("strategy", "Strategy", tuple(Strategy), "Which strategy it follows", Strategy.OTHER.value),
        money("capex_eur", "Capex", "EUR", "Paid once, when the case starts", "900000"),
        money("opex_eur_per_year", "Opex", "EUR/year", "While it is live", "220000"),
        number("life_years", "Life", "years", "From going live until it must be replaced; above 0", "5", default=5.0),
        number("lead_time_months", "Lead time", "months", "Until it is live", "9", default=0.0),
        money("dividend_eur_per_year", "Dividend", "EUR/year", "Gains that come without any outage", "60000"),
        id_list(
            "control_ids",
            "Controls",
            "Ids of the controls that it implements, joined by ;",
            "failover-test; backup-restore",
        ),
        id_list("requires", "Requires", "Ids of measures that must be bought too, joined by ;", "", "measures"),
        id_list("excludes", "Excludes", "Ids of measures that cannot be bought as well, joined by ;", "", "measures"),
        money(
            "premium_eur_per_year",
            "Premium",
            "EUR/year",
            "Risk transfer only: what the insurance costs",
            "",
            default=None,
        ),
        money("deductible_eur_per_event", "Deductible", "EUR/event", "Risk transfer only: what you bear yourself", ""),
        number(
            "waiting_hours",
            "Waiting period",
            "hours",
            "Risk transfer only: shorter events are not covered",
            "",
            default=0.0,
        ),
        money(
            "limit_eur_per_event", "Limit per event", "EUR/event", "Risk transfer only: at most paid", "", default=None
        ),
        money(
            "limit_eur_per_year",
            "Limit per year",
            "EUR/year",
            "Risk transfer only: at most paid in a year",
            "",
            default=None,
        ),
        SOURCE,
    ),
)

EFFECTS = Sheet(
    name="effects",
    label="Effects",
    singular="effect",
    help="What a measure changes: one quantity of the targets named, by a factor or to a new value",
    columns=(
        key("active-active-1", "effect"),
        reference("measure_id", "Measure", "measures", "Id of the measure", "active-active"),
        choice("quantity", "Quantity", tuple(Quantity), "What changes", Quantity.DURATION_HOURS.value),
        choice(
            "operation",
            "Operation",
            tuple(Operation),
            "multiply by the size, or replace by it",
            Operation.MULTIPLY.value,
        ),
        number(
            "size_low",
            "Size, lowest",
            "",
            "Factor, or new value in the quantity's unit (fractions 0 to 1)",
            "0.1",
            required=True,
        ),
        number("size_likely", "Size, most likely", "", "As before, the most likely", "0.2", required=True),
        number("size_high", "Size, highest", "", "As before, the highest", "0.5", required=True),
        free_text(
            "target",
            "Target",
            "all, or terms like system:card-auth; cause:hardware (see Method)",
            "system:card-auth",
            required=True,
        ),
        SOURCE,
    ),
)

SHEETS = (SYSTEMS, LOSS_PROFILES, FAILURE_MODES, COMMON_CAUSES, DEPENDENCIES, MEASURES, EFFECTS, CASES)
"""In the order in which they are filled in and imported: what is referred to comes first."""

SHEET_BY_NAME = {sheet.name: sheet for sheet in SHEETS}
