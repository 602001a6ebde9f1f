"""Today of who sells, of who leads sales and of who runs the company: deals that ask for something, and why."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from keen.activities.domain.ranking import Moment, score
from keen.activities.queries.day import day
from keen.core.models import Notice
from keen.records.actions import save
from keen.sales.actions.entries import tell_missed
from keen.sales.models import Quote
from keen.sales.queries import leads as lead_queries
from keen.sales.queries.today import suggest_quotes
from keen.sales.records import OPPORTUNITY
from tests.factories.activities import client_of, make_activity, words
from tests.factories.core import make_role, make_team, make_user
from tests.factories.offers import make_quote
from tests.factories.orders import make_paper
from tests.factories.people import make_account, make_contact
from tests.factories.sales import make_lead, make_opportunity, money

NOW = timezone.now()
TODAY = timezone.localdate()
ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture
def boss(team: Any) -> Any:
    """Who leads the owner's team."""
    return make_user("sales_manager", team, leads_team=True, name="Kofi Mensah")


def test_deals_that_ask_for_something_stand_among_what_was_planned(owner: Any, colleague: Any) -> None:
    mine: dict[str, Any] = {"owner": owner, "team": owner.team}
    closing = make_opportunity("Closing", amount=48000, close_date=TODAY + timedelta(days=2), **mine)
    planned = make_opportunity("Planned", amount=900_000, close_date=TODAY + timedelta(days=90), **mine)
    task = make_activity(
        owner, about_kind="opportunity", about_id=planned.pk, plan_on=TODAY, actor=owner.actor()
    )
    make_opportunity("Not mine", owner=colleague, team=owner.team)
    make_opportunity("Decided", stage="closed_won", **mine)

    found = day(owner.actor(), NOW)

    lines = [line for line in (found.first, *found.then) if line]
    assert [line.key for line in lines] == [("opportunity", closing.pk), ("activity", task.pk)]
    assert "it is to close" in lines[0].why
    assert "it is worth €900,000" in lines[1].why
    assert found.count == 1


def test_a_next_step_is_planned_where_the_deal_stands(owner: Any) -> None:
    deal = make_opportunity("Orbit", owner=owner, team=owner.team, amount=9000, actor=owner.actor())
    client = client_of(owner)
    assert "Plan the next step" in words(client.get("/"))

    client.post(f"/plan/opportunity/{deal.pk}/tomorrow/", {"next": "/"})

    assert day(owner.actor(), NOW).first is None


def test_a_new_lead_waits_for_the_first_word(owner: Any, colleague: Any) -> None:
    lead = make_lead("Noor El-Amin", company="Halden", owner=owner, team=owner.team)

    found = day(owner.actor(), NOW)

    assert found.first
    assert found.first.key == ("lead", lead.pk)
    assert found.first.why == "came today and nobody has answered"
    assert day(colleague.actor(), NOW).first is None


def test_an_unpaid_invoice_of_ones_customer_is_something_to_ask_about(owner: Any, colleague: Any) -> None:
    account = make_account("Orbit Labs", owner=owner, team=owner.team)
    make_paper(
        "invoice", account, number="RE-9", on=str(TODAY - timedelta(days=40)), due_on=str(TODAY - timedelta(days=14)),
        gross="3180", open_amount="3180",
    )  # fmt: skip

    found = day(owner.actor(), NOW)

    assert found.first
    assert found.first.suggestion
    assert found.first.suggestion.title == "Ask Orbit Labs about RE-9"
    assert found.first.why == "€3,180 is unpaid for 14 days"
    assert day(colleague.actor(), NOW).first is None


def test_amounts_and_steps_that_are_hidden_say_nothing(owner: Any) -> None:
    make_opportunity("Orbit", owner=owner, team=owner.team, amount=48000, since=NOW - timedelta(days=90))
    owner.rights = {
        **owner.rights,
        "hidden": {"opportunity": ["amount", "next_step_on", "stale_on", "close_date"]},
    }
    owner.save()

    assert day(owner.actor(), NOW).first is None
    assert "48,000" not in words(client_of(owner).get("/"))


def test_who_leads_sees_which_deals_need_them_and_why_without_a_touch(boss: Any, owner: Any) -> None:
    mine: dict[str, Any] = {"owner": owner, "team": owner.team}
    make_opportunity("Slipped", amount=5000, close_date=TODAY - timedelta(days=3), **mine)
    make_opportunity("Stale", amount=5000, since=NOW - timedelta(days=200), **mine)
    make_opportunity("Large", amount=90_000, **mine)
    make_opportunity("Small", amount=10, **mine)
    elsewhere = make_team()
    make_opportunity("Elsewhere", amount=90_000, owner=make_user("sales_rep", elsewhere), team=elsewhere)
    client = client_of(boss)

    page = words(client.get("/"))

    assert "3 deals need you" in page
    assert all(name in page for name in ("Slipped", "Stale", "Large", "it was to close"))
    assert "Small" not in page
    assert "Elsewhere" not in page
    agenda = words(client.get("/opportunities/review/"))
    assert owner.name in agenda
    assert "what would make" in agenda
    assert "3 deals need you" not in words(client_of(owner).get("/"))


def test_who_leads_is_told_what_changed_and_who_runs_the_company_whom_to_ask(boss: Any, owner: Any) -> None:
    deal = make_opportunity("Orbit", amount=120_000, owner=owner, team=owner.team)
    save.save(OPPORTUNITY, actor=owner.actor(), wish=save.Wish({"amount": money(40_000)}, deal.pk))
    make_opportunity("New one", amount=1000, owner=owner, team=owner.team, actor=owner.actor())

    page = words(client_of(boss).get("/panels/deal-changes/"))
    assert "New one" in page
    executive = client_of(make_user("executive"))
    brief = words(executive.get("/"))

    assert f"Ask {owner.name.split(' ')[0]} about" in brief
    asked = executive.post(f"/timeline/opportunity/{deal.pk}/write/", {"text": "What happened?", "next": "/"})
    assert asked.status_code == 303


def test_a_meeting_is_prepared_for_on_one_screen(owner: Any, stranger: Any) -> None:
    account = make_account("Vela Foods", owner=owner, team=owner.team)
    contact = make_contact("Amira Haddad", account=account, owner=owner, team=owner.team)
    make_activity(owner, kind="note", contact=contact, body="Wants delivery in May", done=True)
    make_activity(owner, contact=contact, subject="Send the offer", due_at=NOW, promised_to_customer=True)
    make_opportunity("Cold chain", account=account, owner=owner, team=owner.team, amount=48000)
    make_paper(
        "invoice", account, number="RE-9", on=str(TODAY), due_on=str(TODAY), gross="10", open_amount="10"
    )
    client = client_of(owner)

    page = words(client.get(f"/brief/account/{account.pk}/"))

    for told in ("Wants delivery in May", "Send the offer", "Cold chain", "€48,000", "RE-9", "Amira Haddad"):
        assert told in page, told
    assert "Wants delivery in May" in words(client.get(f"/brief/contact/{contact.pk}/"))
    assert client_of(stranger).get(f"/brief/account/{account.pk}/").status_code == 404


@pytest.mark.parametrize(
    "role",
    ["sales_rep", "sales_manager", "executive", "administrator", "data_steward", "data_entry", "reader"],
)
def test_a_newcomer_of_every_part_finds_three_useful_things(role: str, owner: Any) -> None:
    make_opportunity("Team deal", amount=5000, owner=owner, team=owner.team)

    page = client_of(make_user(role, owner.team)).get("/").content.decode()

    main = page[page.index("<main") : page.index("</main>")]
    assert main.count("<li") + main.count("hx-get") + main.count("btn") >= 3


def test_what_customers_did_with_quotes_stands_on_today(owner: Any, colleague: Any) -> None:
    deals = [make_opportunity(f"Deal {n}", owner=owner, team=owner.team, amount=1000) for n in range(4)]
    for deal in deals:
        OPPORTUNITY.model.objects.filter(pk=deal.pk).update(next_step_on=TODAY + timedelta(days=9))
    accepted, ending, opened, _quiet = (make_quote(owner.actor(), deal) for deal in deals)
    rows = Quote.objects.exclude(pk=accepted.pk)
    rows.update(status="sent", valid_until=TODAY + timedelta(days=20), sent_at=NOW - timedelta(days=5))
    Quote.objects.filter(pk=accepted.pk).update(status="accepted", decided_at=NOW)
    Quote.objects.filter(pk=ending.pk).update(valid_until=TODAY + timedelta(days=1))
    Quote.objects.filter(pk=opened.pk).update(looks=3, looked_at=NOW)

    found = {one.candidate.id: one for one in suggest_quotes(owner.actor(), Moment(NOW, ZONE), [])}
    why = {pk: score(one.candidate, Moment(NOW, ZONE)).why for pk, one in found.items()}

    assert why == {
        accepted.pk: "they accepted it today, and the deal is still open",
        ending.pk: "the quote ends tomorrow",
        opened.pk: "they opened the quote 3 times, last today",
    }
    assert "move/?stage=closed_won" in found[accepted.pk].acts[0].href
    assert suggest_quotes(colleague.actor(), Moment(NOW, ZONE), []) == []
    blind = make_user(make_role(records={"*": {"view": "all"}}, hidden={"opportunity": ["amount"]}))
    OPPORTUNITY.model.objects.update(owner=blind)
    assert suggest_quotes(blind.actor(), Moment(NOW, ZONE), []) == []


def test_a_missed_promise_to_a_lead_comes_first_and_is_told_once(owner: Any, colleague: Any) -> None:
    make_opportunity("Large", owner=owner, team=owner.team, amount=900_000, close_date=TODAY)
    lead = make_lead("Noor El-Amin", owner=owner, team=owner.team)
    fine = make_lead("Ida Roth", owner=owner, team=owner.team)
    lead_rows = type(lead).objects
    lead_rows.filter(pk=lead.pk).update(promised_at=NOW - timedelta(hours=1))
    lead_rows.filter(pk=fine.pk).update(promised_at=NOW + timedelta(hours=9))

    first = day(owner.actor(), NOW).first
    told = [tell_missed(NOW), tell_missed(NOW)]

    assert first
    assert first.key == ("lead", lead.pk)
    assert first.why.startswith("promised to the customer, and late since")
    assert told == [1, 1]
    notice = Notice.objects.get()
    assert (notice.user, notice.href) == (owner, f"/leads/{lead.pk}/")
    assert lead_queries.told(owner.actor(), [notice])[notice.pk][0].endswith("a lead that came: Noor El-Amin")
    lead_rows.filter(pk=lead.pk).update(first_touch_at=NOW)
    assert tell_missed(NOW) == 0
