"""What comes next for a record."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from keen.activities.queries.steps import nearest, next_steps
from keen.activities.queries.timeline import Place
from keen.people.models import Contact
from tests.factories.activities import make_activity
from tests.factories.people import make_contact
from tests.factories.records import browser, html

NOW = timezone.now()
TODAY = timezone.localdate()


def test_the_nearest_comes_first_and_five_are_enough(
    owner: Any, colleague: Any, contact: Contact, django_assert_num_queries: Any
) -> None:
    someday = make_activity(owner, contact=contact)
    later = make_activity(owner, contact=contact, plan_on=TODAY + timedelta(days=9))
    late = make_activity(colleague, contact=contact, due_at=NOW - timedelta(days=1))
    done = make_activity(owner, contact=contact, done=True)
    actor = owner.actor()

    with django_assert_num_queries(1):
        found = next_steps(actor, Place("contact", contact.pk), NOW)

    assert [step.activity for step in found] == [late, later, someday]
    assert [step.mark.state for step in found] == ["overdue", "planned", "none"]
    assert found[0].owner == colleague.name
    assert done not in [step.activity for step in found]

    for _ in range(6):
        make_activity(owner, contact=contact)
    assert len(next_steps(actor, Place("contact", contact.pk), NOW)) == 5


def test_a_private_step_is_its_owners_alone(owner: Any, colleague: Any, contact: Contact) -> None:
    make_activity(owner, contact=contact, is_private=True)

    assert len(next_steps(owner.actor(), Place("contact", contact.pk), NOW)) == 1
    assert next_steps(colleague.actor(), Place("contact", contact.pk), NOW) == []


def test_the_rows_of_a_list_say_the_nearest_step_that_its_reader_may_see(
    owner: Any, colleague: Any, contact: Contact, django_assert_num_queries: Any
) -> None:
    bare, private = make_contact("Bo Baker", owner=owner), make_contact("Cy Cole", owner=owner)
    today = timezone.localdate()
    for days in (3, 0):
        make_activity(owner, kind="call", contact=contact, plan_on=today + timedelta(days=days))
    make_activity(colleague, contact=private, plan_on=today, is_private=True)
    make_activity(owner, contact=bare, done=True)
    ids = [contact.pk, bare.pk, private.pk]

    with django_assert_num_queries(1):
        marks = nearest(owner.actor(), "contact", ids, timezone.now())

    assert {pk: (told.state, told.text) for pk, told in marks.items()} == {
        contact.pk: ("today", "Call: Today")
    }
    page = html(browser(owner).get("/contacts/"))
    assert page.count('class="nx"') == 1
    assert '<span class="mark today">Call: Today</span>' in page
