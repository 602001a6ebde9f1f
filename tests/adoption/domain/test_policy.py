import json
from dataclasses import replace

import pytest

from keen.adoption.domain.policy import (
    DEFAULT_ROLE,
    ROLES,
    WEIGHTS,
    Dimension,
    Policy,
    RolePolicy,
    as_data,
    problems,
    read,
)


def test_the_policy_a_company_starts_with_is_without_fault() -> None:
    assert list(problems(Policy())) == []
    assert sum(WEIGHTS.values()) == pytest.approx(1)


def test_activity_weighs_less_than_quality() -> None:
    of = WEIGHTS.__getitem__

    assert of(Dimension.RHYTHM) + of(Dimension.BREADTH) == pytest.approx(0.35)
    assert of(Dimension.DEPTH) + of(Dimension.TIMELINESS) + of(Dimension.QUALITY) == pytest.approx(0.55)


def test_a_policy_survives_being_kept() -> None:
    policy = replace(
        Policy(), version=7, roles={**ROLES, "clerk": RolePolicy(0.7, feature_weights={"a": 2.0})}
    )

    assert read(json.loads(json.dumps(as_data(policy)))) == policy


def test_what_a_kept_policy_does_not_know_has_its_default() -> None:
    assert read({"version": 3}) == replace(Policy(), version=3)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"roles": {"": {"tau": 0}}}, "expected share of days of every other role"),
        ({"roles": {"": {"tau": 0.5, "kappa": 2}}}, "look-up"),
        ({"roles": {"": {"tau": 0.5, "timely_hours": 0}}}, "more than 0"),
        ({"roles": {"": {"tau": 0.5, "weights": {"rhythm": 1}}}}, "needs a weight for each of rhythm"),
        ({"roles": {"": {"tau": 0.5, "weights": {**WEIGHTS, "value": 0.2}}}}, "add up to 1.1"),
        ({"roles": {"": {"tau": 0.5, "feature_weights": {"lists": -1}}}}, "below 0"),
        ({"roles": {"clerk": {"tau": 0.5}}}, "without a line of their own"),
        ({"labels": {"certainty": 6}}, "labels.certainty is 6"),
        ({"ramp": {"until": 20}}, "end after it begins"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_with_what_to_mend(data: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(data)


def test_who_has_two_roles_is_held_to_the_fuller_one() -> None:
    policy = Policy()

    assert policy.of("executive+sales_rep") == policy.roles["sales_rep"]
    assert policy.of("juggler") == policy.roles[DEFAULT_ROLE]
