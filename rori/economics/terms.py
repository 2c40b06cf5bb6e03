"""The closed lists of the model: what a cause, a tier, a quantity can be."""

from __future__ import annotations

from enum import StrEnum


class Tier(StrEnum):
    """How much rests on a system."""

    CRITICAL = "critical"
    IMPORTANT = "important"
    STANDARD = "standard"


class SystemKind(StrEnum):
    """What a system is."""

    BUSINESS_SERVICE = "business service"
    APPLICATION = "application"
    PLATFORM = "platform"
    DATA_STORE = "data store"
    NETWORK = "network"
    THIRD_PARTY = "third party"


class Cause(StrEnum):
    """Why a system fails."""

    HARDWARE = "hardware"
    SOFTWARE_CHANGE = "software change"
    CAPACITY = "capacity"
    NETWORK = "network"
    THIRD_PARTY = "third party"
    CYBER = "cyber"
    HUMAN = "human"
    PHYSICAL = "physical"
    COMMON_CAUSE = "common cause"


class Strategy(StrEnum):
    """The resilience strategy that a measure follows."""

    MODULAR_DESIGN = "modular design"
    MULTI_REGION = "multi-cloud or multi-region"
    AUTOMATED_FAILOVER = "automated failover"
    VENDOR_NEUTRAL = "open source or vendor-neutral"
    CHAOS_ENGINEERING = "chaos engineering"
    DIVERSITY = "diversity with staged rollout"
    BULKHEADS = "bulkheads"
    CIRCUIT_BREAKERS = "circuit breakers"
    RETRY = "retry with backoff and jitter"
    FALLBACK = "fallback with idempotency"
    CELLULAR = "cellular architecture"
    RISK_TRANSFER = "risk transfer"
    OTHER = "other"


class Quantity(StrEnum):
    """What an effect changes."""

    EVENTS_PER_YEAR = "events_per_year"
    DURATION_HOURS = "duration_hours"
    CAPACITY_LOST = "capacity_lost"
    HIT_PROBABILITY = "hit_probability"
    SHARE_REACHED = "share_reached"
    BUFFER_HOURS = "buffer_hours"
    FAILOVER_HOURS = "failover_hours"


class Operation(StrEnum):
    """How an effect changes it."""

    MULTIPLY = "multiply"
    REPLACE = "replace"


class Component(StrEnum):
    """The parts of the loss of one interruption (model section 3)."""

    REVENUE = "lost revenue"
    LABOUR = "idle labour"
    RESPONSE = "response"
    PENALTIES = "contractual penalties"
    DEFECTION = "client defection"
    REGULATORY = "regulatory"
    REPUTATION = "reputation"
    DATA_LOSS = "data loss"


class Discounting(StrEnum):
    """When within its year a flow falls."""

    END_YEAR = "end-year"
    MID_YEAR = "mid-year"
    CONTINUOUS = "continuous"
