"""The circuit breaker: what answers make of an endpoint."""

from datetime import UTC, datetime, timedelta

import pytest

from keen.integrations.domain import health
from keen.integrations.domain.health import Answer, Fault, Health

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAYS = timedelta(days=5)
DOWN = Answer(fault=Fault.CONNECT)
FINE = Answer(200)


def after(condition: Health, answer: Answer, now: datetime = NOW) -> Health:
    return health.after(condition, answer, now, chance=0, most=DAYS)


def test_every_fault_has_a_sentence() -> None:
    assert set(health.FAULTS) == set(Fault) - {Fault.NONE}


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (200, Fault.NONE),
        (204, Fault.NONE),
        (299, Fault.NONE),
        (301, Fault.REDIRECT),
        (304, Fault.REDIRECT),
        (400, Fault.ANSWER),
        (404, Fault.ANSWER),
        (410, Fault.GONE),
        (429, Fault.BUSY),
        (500, Fault.ANSWER),
        (502, Fault.BUSY),
        (504, Fault.BUSY),
        (100, Fault.ANSWER),
    ],
)
def test_only_2xx_counts_as_arrived(status: int, fault: Fault) -> None:
    assert health.fault_of(status) is fault
    assert Answer(status, fault).arrived == (fault is Fault.NONE)


def test_a_few_failures_close_nothing_and_the_fifth_does() -> None:
    condition = Health(last_success_at=NOW)
    for _ in range(4):
        condition = after(condition, DOWN)
        assert condition.blocked_until is None
    assert after(condition, DOWN).blocked_until == NOW + timedelta(seconds=5)


def test_a_success_opens_again_and_forgets() -> None:
    bad = Health(9, NOW - DAYS, NOW + timedelta(hours=1))

    assert after(bad, FINE) == Health(last_success_at=NOW)


def test_an_endpoint_in_doubt_gets_one_message_at_a_time() -> None:
    assert health.at_once(Health()) == 1
    assert health.at_once(Health(last_success_at=NOW)) == health.MOST_AT_ONCE
    assert health.at_once(Health(failures=1, last_success_at=NOW)) == 1


def test_who_asks_for_patience_gets_it() -> None:
    condition = after(Health(), Answer(429, Fault.BUSY, retry_after="90"))

    assert condition.blocked_until == NOW + timedelta(seconds=90)


def test_a_later_answer_does_not_shorten_the_rest() -> None:
    condition = after(Health(), Answer(503, Fault.BUSY, retry_after="3600"))

    assert after(condition, DOWN).blocked_until == NOW + timedelta(hours=1)


def test_gone_ends_it_at_once_and_days_of_failure_in_the_end() -> None:
    assert after(Health(), Answer(410, Fault.GONE)).ended == "gone"
    failing = after(Health(), DOWN)
    assert after(failing, DOWN, NOW + DAYS - timedelta(seconds=1)).ended == ""
    assert after(failing, DOWN, NOW + DAYS).ended == "failing"
