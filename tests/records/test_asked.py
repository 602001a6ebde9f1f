"""What fields of one's own ask for, and when."""

from typing import Any

import pytest

from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.actions import many
from keen.records.actions.save import InvalidError
from tests.factories.core import make_role, make_user
from tests.factories.fields import make_field
from tests.factories.records import HTMX, browser, change, create, html

pytestmark = pytest.mark.django_db


def test_a_demanded_field_says_which_decision_it_is_for(owner: Any) -> None:
    make_field(asked="made", required=True, decision="Which discount we may give")
    with pytest.raises(InvalidError) as refused:
        create(owner)
    assert refused.value.errors == {
        "x_price_list": "Price list is missing. Without it this cannot be decided: Which discount we may give"
    }
    record = create(owner, x_price_list="A").record
    change(owner, record, x_price_list="")


def test_a_field_is_demanded_when_another_has_a_value(owner: Any) -> None:
    make_field("Stage", type="choice", choices=["Open", "Won"])
    make_field(asked="equals", required=True, decision="What we ship", when_field="x_stage", when_value="Won")
    record = create(owner, x_stage="open").record
    with pytest.raises(InvalidError) as refused:
        change(owner, record, x_stage="won")
    assert list(refused.value.errors) == ["x_price_list"]
    change(owner, record, x_stage="won", x_price_list="A")


def test_nobody_is_asked_for_what_they_may_not_write(owner: Any) -> None:
    make_field(asked="made", required=True, decision="Which discount we may give")
    grants = {"records": {"*": {"view": "all", "add": "all"}}, "locked": {"contact": ["x_price_list"]}}
    create(make_user(make_role(**grants), owner.team))


def test_a_field_that_is_always_demanded_is_never_emptied(owner: Any) -> None:
    make_field(asked="always", required=True, decision="Which discount we may give")
    record = create(owner, x_price_list="A").record
    change(owner, record, last_name="Other")
    with pytest.raises(InvalidError):
        change(owner, record, x_price_list="")


@pytest.fixture
def stages(db: None) -> None:
    """A price list is demanded when the stage is won."""
    make_field("Stage", type="choice", choices=["Open", "Won"])
    make_field(asked="equals", required=True, decision="What we ship", when_field="x_stage", when_value="won")


def test_a_fact_changed_in_place_says_what_it_asks_for(owner: Any, stages: None) -> None:
    record = create(owner, x_stage="open").record
    answer = browser(owner).post(f"/contacts/{record.pk}/fact/x_stage/", {"x_stage": "won"}, headers=HTMX)
    assert answer.status_code == 422
    assert "Price list is missing. Without it this cannot be decided: What we ship" in html(answer)


def test_of_many_those_that_lack_what_is_asked_for_are_left(owner: Any, stages: None) -> None:
    ready, lacking = create(owner, x_price_list="A").record, create(owner).record
    ids = [ready.pk, lacking.pk]
    receipt = many.change_many(CONTACT, actor=owner.actor(), ids=ids, values={"x_stage": "won"})
    assert receipt.text == "Stage changed on 1 contact."
    assert [Contact.objects.get(pk=pk).x_stage for pk in ids] == ["won", ""]
    with pytest.raises(InvalidError, match="Not saved"):
        many.change_many(CONTACT, actor=owner.actor(), ids=[lacking.pk], values={"x_stage": "won"})


def test_a_hidden_field_is_not_told_by_what_is_asked_for(owner: Any, stages: None) -> None:
    grants = {"records": {"*": {"view": "all", "edit": "all"}}, "hidden": {"contact": ["x_stage"]}}
    stranger = make_user(make_role(**grants), owner.team)
    for stage in ("open", "won"):
        record = create(owner, x_stage=stage, x_price_list="A").record
        change(stranger, record, x_price_list="")
