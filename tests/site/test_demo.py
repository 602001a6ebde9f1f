"""The demo company: whole, the same every time, and like what was planted in it, by counts that share no code with it."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import Count, F, Q

from keen.activities.models import Activity, ActivityLink
from keen.core import queries
from keen.core.domain.roles import ROLES
from keen.core.domain.welcome import OFFERS
from keen.core.models import Absence, Change, Operation, SiteCalendar, User
from keen.orders.domain.facts import Party
from keen.orders.domain.matching import sure
from keen.orders.models import Customer, Intake, Invoice, Order, Payment
from keen.orders.queries.matching import candidates
from keen.people.models import Account, Contact
from keen.sales.models import Opportunity, StageStay
from keen.site.demo import words
from keen.site.demo.build import Size, build_demo
from keen.site.demo.staff import staff, teams_of
from keen.telemetry.domain.levels import Level
from keen.telemetry.queries import EVERYBODY, asking, level_in_force

TODAY = date(2026, 11, 20)
SMALL = Size(months=3, accounts=240, contacts=900, keep_events=True)
BERLIN = ZoneInfo("Europe/Berlin")
pytestmark = pytest.mark.django_db
# What leaves a trace in the business. Coming in, looking and being refused do not count.
VALUE = ("save_made", "import_step")


class Told:
    """A small company with its truth and its events, read once."""

    def __init__(self, place: Path) -> None:
        self.truth: dict[str, Any] = json.loads((place / "demo" / "truth.json").read_text())
        self.people = {one["id"]: one for one in self.truth["people"]}
        self.first, self.last = (date.fromisoformat(self.truth[key]) for key in ("first_day", "last_day"))
        with asking(EVERYBODY, self.first, self.last, root=place / "usage") as connection:
            self.events = connection.execute(
                "SELECT user_id, name, \"at\", \"on\", outcome, props->>'$.form' AS form, props->>'$.deed' AS deed,"
                " props->'$.fields' AS fields, props->'$.rules' AS rules FROM events ORDER BY id"
            ).fetchall()
            self.figures = connection.execute(
                "SELECT sum(n) FROM figures WHERE name IN (SELECT name FROM events)"
            ).fetchone()

    def of(self, type_: str) -> set[int]:
        """The ids of the people of a type."""
        return {pk for pk, one in self.people.items() if one["type"] == type_}

    def named(self, *names: str) -> list[tuple[Any, ...]]:
        """The events of these names."""
        return [event for event in self.events if event[1] in names]


@pytest.fixture(scope="module")
def company(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    """One company for all the tests of this file that only look at it."""
    place = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), transaction.atomic():
        build_demo(TODAY, SMALL, data=place)
        yield Told(place)
        transaction.set_rollback(True)


def moment(event: tuple[Any, ...]) -> datetime:
    """When it was."""
    at: datetime = event[2]
    return at.replace(tzinfo=UTC)


def a_day(saved: Counter[tuple[int, date]], person: User, first: date, last: date) -> float:
    """How much somebody saved on each day on which they were to work."""
    count = sum(number for (who, on), number in saved.items() if who == person.pk and first <= on <= last)
    return count / person.worktime.scheduled_days(first, last)


def test_a_larger_company_has_more_of_the_same_teams() -> None:
    colleagues = staff(200)

    assert len({one.email for one in colleagues}) == 200
    assert ("Key Accounts 2", "Lyon") in teams_of(colleagues)
    assert Size.of(600, 13) == Size(600, 13, 20_000, 80_000)


def test_records_hang_together_with_the_audit_trail(company: Told) -> None:
    assert not Operation.objects.exclude(pk__in=Change.objects.values("operation_id")).exists()
    made = Change.objects.filter(kind="activity", verb="created").values_list("record_id", "at", "actor_id")
    rows = {pk: (at, by) for pk, at, by in Activity.objects.values_list("pk", "created_at", "created_by_id")}
    assert {pk: (at, by) for pk, at, by in made} == rows
    for model in (Activity, Contact, Account, Opportunity, Order, Invoice, Payment):
        changes = Change.objects.filter(kind=model.KIND).exclude(verb="related")
        counted = dict(changes.values_list("record_id").annotate(Count("pk")).order_by())
        assert counted == dict(model.objects.values_list("pk", "version"))
    assert not Activity.objects.filter(Q(done_at__lt=F("contact__created_at"))).exists()
    assert not Activity.objects.filter(created_at__date__gte=TODAY).exists()
    assert (
        ActivityLink.objects.filter(record_kind="contact").count()
        == Activity.objects.exclude(contact=None).count()
    )


def test_deals_stand_where_their_last_stay_says_and_were_moved_when_the_events_say(company: Told) -> None:
    deals = {deal.pk: deal for deal in Opportunity.objects.all()}
    here = {stay.opportunity_id: stay for stay in StageStay.objects.filter(left_at=None)}
    saved = Counter((event[0], moment(event)) for event in company.named("save_made"))

    assert len(deals) > 150
    assert {pk: (stay.stage, stay.entered_at) for pk, stay in here.items()} == {
        pk: (deal.stage, deal.stage_since) for pk, deal in deals.items()
    }
    past = StageStay.objects.exclude(left_at=None).values_list("opportunity_id", "entered_at", "left_at")
    assert len(past) > len(deals)
    assert all(entered < left <= deals[pk].stage_since for pk, entered, left in past)
    moves = Change.objects.filter(kind="opportunity", after__has_key="stage")
    assert all(saved[by, at] for by, at in moves.values_list("actor_id", "at"))
    assert {deal.amount["currency"] for deal in deals.values()} == {"EUR", "GBP"}
    assert all(deal.value is not None for deal in deals.values())
    assert {"won", "lost"} <= {deal.reason.partition("_")[0] for deal in deals.values()}
    assert {deal.pipeline for deal in deals.values()} == {"sales", "maintenance"}


def test_deals_are_worked_on_as_their_owners_are(company: Told) -> None:
    waiting = list(Opportunity.objects.filter(closed_at=None))
    keen, gone = company.of("keen"), company.of("lapsed") | company.of("slipping") | company.of("reverting")

    def share(who: set[int], holds: Callable[[Opportunity], bool]) -> float:
        theirs = [holds(deal) for deal in waiting if deal.owner_id in who]
        assert len(theirs) > 10
        return sum(theirs) / len(theirs)

    assert share(keen, lambda deal: deal.next_step_on is not None) > 0.6
    assert share(company.of("dutiful"), lambda deal: deal.next_step_on is not None) < 0.3
    stale = [share(who, lambda deal: bool(deal.stale_on and deal.stale_on <= TODAY)) for who in (keen, gone)]
    assert stale[0] < 0.3 < stale[1]
    steps = Activity.objects.filter(about_kind="opportunity")
    assert steps.filter(status="open").exists()
    assert not steps.exclude(about_id__in=[deal.pk for deal in Opportunity.objects.all()]).exists()


def test_papers_came_in_night_after_night_and_are_tied_as_the_app_ties_them(company: Told) -> None:
    last = Intake.objects.latest("finished_at")
    assert last.finished_at is not None
    assert (last.finished_at.date(), last.road, last.state) == (TODAY, Intake.FOLDER, Intake.DONE)
    assert not Order.objects.filter(Q(on__gte=TODAY) | Q(shipped_on__gte=TODAY)).exists()
    assert not Order.objects.filter(shipped_on__lt=F("on")).exists()
    assert Order.objects.exclude(tracking="").count() > Order.objects.filter(tracking="").count() > 3
    assert not Invoice.objects.filter(status="paid").exclude(open_amount=0, paid_on__isnull=False).exists()
    assert Invoice.objects.filter(open_amount__gt=0, due_on__lt=TODAY).exists()
    assert Payment.objects.count() <= Invoice.objects.filter(status="paid").count()

    known = list(Customer.objects.all())
    likely = candidates({one.pk: Party(one.number, one.name, one.email) for one in known})
    for customer in known:
        best = sure(likely[customer.pk])
        assert customer.account_id == (best.account_id if best else None)
        assert customer.state == (Customer.TIED if best else Customer.WAITING)
    assert 3 <= sum(one.state == Customer.WAITING for one in known) < len(known) / 3
    sold = Opportunity.objects.filter(stage="closed_won", closed_at__date__lt=TODAY - timedelta(days=10))
    lines = {line["text"] for order in Order.objects.all() for line in order.lines}
    assert {deal.name for deal in sold} <= lines


def test_what_was_saved_stands_in_the_events_at_the_same_moment(company: Told) -> None:
    saved = Counter((event[0], moment(event), event[6]) for event in company.named("save_made"))
    pages = {"call": "call-new", "email": "mail-new", "note": "timeline-write"}
    logged = Activity.objects.filter(status="done", kind__in=pages, plan_on=None)
    logged = logged.exclude(about_kind__in=("lead", "quote"))  # whose work leaves no events in the demo yet

    assert logged.count() > 500
    for by, at, kind in logged.values_list("created_by_id", "created_at", "kind"):
        assert saved[by, at, pages[kind]] == 1
    done = Change.objects.filter(kind="activity", after__status="done", version__gt=1)
    assert done.count() > 100
    assert all(saved[by, at, "activity-done"] == 1 for by, at in done.values_list("actor_id", "at"))
    added = Contact.objects.filter(source="By hand").values_list("created_by_id", "created_at")
    assert all(saved[by, at, "contact-new"] == 1 for by, at in added)


def test_forms_are_opened_before_they_are_saved_by_somebody_who_signed_in_that_day(company: Told) -> None:
    came = {(event[0], event[3]) for event in company.named("signed_in")}
    open_forms: dict[tuple[int, str], datetime] = {}

    for event in company.events:
        assert (event[0], event[3]) in came
        if event[1] == "form_opened":
            open_forms[event[0], event[5]] = moment(event)
        if event[1] == "save_made" and event[6] in {"call-new", "mail-new", "activity-plan", "contact-new"}:
            assert timedelta() < moment(event) - open_forms[event[0], event[6]] < timedelta(minutes=15)


def test_nobody_does_anything_on_a_day_on_which_they_do_not_work(company: Told) -> None:
    people = User.objects.in_bulk(company.people)

    assert all(
        people[pk].worktime.works(day) for pk, day in {(event[0], event[3]) for event in company.events}
    )
    assert Absence.objects.count() > 60
    assert set(SiteCalendar.objects.values_list("country", flat=True)) == {"DE", "FR", "GB"}
    part_time = company.of("part_time")
    weeks = {pk: company.people[pk]["week"] for pk in part_time}
    assert len(part_time) >= 5
    assert all(sum(1 for minutes in week if minutes) == 3 for week in weeks.values())
    assert all(weeks[event[0]][event[3].weekday()] for event in company.events if event[0] in part_time)


def test_who_never_started_signs_in_and_leaves_no_trace(company: Told) -> None:
    never = company.of("never_started")
    names = {event[1] for event in company.events if event[0] in never}

    assert len(never) >= 3
    assert "signed_in" in names
    assert not names & {*VALUE, "form_opened", "record_viewed"}
    assert not Change.objects.filter(actor__in=never).exclude(kind__in=("user", "team")).exists()


def test_who_struggles_is_refused_by_the_named_field_of_the_named_form(company: Told) -> None:
    named = company.truth["named_form"]
    tries: Counter[bool] = Counter()
    refused: Counter[bool] = Counter()
    struggling = company.of("struggling")
    for event in company.named("form_opened", "form_rejected"):
        if event[5] == named["form"]:
            count = tries if event[1] == "form_opened" else refused
            count[event[0] in struggling] += 1
            if event[1] == "form_rejected":
                assert (json.loads(event[7]), json.loads(event[8])) == ([named["field"]], [named["rule"]])

    theirs, others = (refused[who] / tries[who] for who in (True, False))
    assert theirs >= named["rejected_at_least_times_as_often"] * others
    angry = {event[0] for event in company.named("rage_click")}
    assert struggling <= angry


def test_who_goes_back_to_spreadsheets_exports_again_and_again_and_enters_late(company: Told) -> None:
    reverting = company.of("reverting")
    since = TODAY - timedelta(days=30)
    exports = Counter(event[0] for event in company.named("export_made") if event[3] >= since)
    people = User.objects.in_bulk(reverting)
    for pk, person in people.items():
        weeks = person.worktime.scheduled_days(since, company.last) / 5
        assert exports[pk] >= company.truth["exports_in_thirty_days_at_least"] * weeks / 4.5
    assert reverting & {event[0] for event in company.named("import_step")}
    audited = Counter(
        Change.objects.filter(verb="exported", at__date__gte=since).values_list("actor_id", flat=True)
    )
    assert audited == exports

    late = Activity.objects.filter(
        owner__in=reverting, kind="call", plan_on=None, created_at__date__gte=since
    )
    days = [(made - done).days for made, done in late.values_list("created_at", "done_at")]
    assert sum(1 for count in days if count >= 2) > len(days) * 0.5


def test_who_goes_through_the_motions_enters_the_week_before_the_review(company: Told) -> None:
    dutiful = {pk: one["team"] for pk, one in company.people.items() if one["type"] == "dutiful"}
    reviews = {one["team"]: one["review"] for one in company.truth["teams"]}
    inside: Counter[bool] = Counter()
    for by, at in Activity.objects.filter(owner__in=dutiful).values_list("created_by_id", "created_at"):
        review = reviews[dutiful[by]]
        local = at.astimezone(ZoneInfo(User.objects.get(pk=by).zone))
        before = review["hour"] - (local.hour + local.minute / 60)
        inside[local.weekday() == review["weekday"] and 0 <= before <= 4] += 1

    assert inside[True] > 0.55 * sum(inside.values())
    looks = Counter(event[0] for event in company.named("record_viewed"))
    saves = Counter(event[0] for event in company.named("save_made"))
    keen = company.of("keen")
    assert sum(looks[pk] for pk in dutiful) / sum(saves[pk] for pk in dutiful) < 0.1
    assert sum(looks[pk] for pk in keen) / sum(saves[pk] for pk in keen) > 0.3
    assert (
        not Activity.objects.filter(owner__in=dutiful)
        .exclude(body__in=("", "Called."))
        .filter(kind="call", plan_on=None)
        .exists()
    )


def test_who_lapsed_slips_is_new_or_away_does_so_on_the_planted_days(company: Told) -> None:
    days: dict[int, set[date]] = defaultdict(set)
    for event in company.named(*VALUE):
        days[event[0]].add(event[3])

    for pk in company.of("lapsed"):
        turned = date.fromisoformat(company.people[pk]["turned"])
        assert len(days[pk]) > 10
        assert max(days[pk]) < turned
    for pk in company.of("new"):
        assert User.objects.get(pk=pk).created_at.date() == TODAY - timedelta(days=21)
        assert min(days[pk]) >= TODAY - timedelta(days=21)
    for pk in company.of("on_leave"):
        assert max(days[pk]) < TODAY - timedelta(days=40)
    saved = Counter((event[0], event[3]) for event in company.named("save_made"))
    before = after = 0.0
    for pk, person in User.objects.in_bulk(company.of("slipping")).items():
        turned, lately = date.fromisoformat(company.people[pk]["turned"]), TODAY - timedelta(days=21)
        before += a_day(saved, person, company.first, turned - timedelta(days=1))
        after += a_day(saved, person, lately, company.last)
    assert after < 0.5 * before
    idle = company.of("idle")
    assert idle
    saves = Counter(event[0] for event in company.named("save_made"))
    assert all(len(days[pk]) < 12 and saves[pk] < 40 for pk in idle)


def test_the_lead_who_never_opens_it_leads_the_team_whose_manager_is_absent(company: Told) -> None:
    causes = {one["cause"]: one["team"] for one in company.truth["teams"]}
    lead = User.objects.get(team__name=causes["manager_absent"], leads_team=True)

    assert company.people[lead.pk]["type"] == "never_started"
    assert set(causes) == {
        "none",
        "champions",
        "dirty_data",
        "manager_absent",
        "no_reason",
        "training_missed",
    }
    dirty = User.objects.filter(team__name=causes["dirty_data"]).values("pk")
    twice = [second for _, _, second in company.truth["twice"]]
    assert len(twice) > 5
    assert Contact.objects.filter(pk__in=twice, owner__in=dirty).exists()
    assert Account.objects.filter(
        pk__in=[second for kind, _, second in company.truth["twice"] if kind == "account"]
    ).exists()


def test_single_events_are_kept_as_long_as_everywhere_and_figures_for_all_of_the_time(tmp_path: Path) -> None:
    from keen.site.demo.usage import Ledger
    from tests.factories.usage import code

    ledger = Ledger(tmp_path, whole_from=date(2026, 11, 1), code=code)
    _say(ledger, date(2026, 10, 31))
    _say(ledger, date(2026, 11, 1))
    ledger.write()

    with asking(EVERYBODY, date(2026, 10, 1), TODAY, root=tmp_path) as connection:
        whole = connection.execute('SELECT "on", level, user_id FROM events').fetchall()
        figures = connection.execute('SELECT "on", name, what, n FROM figures ORDER BY 1').fetchall()
    assert whole == [(date(2026, 11, 1), "person", 7)]
    assert figures == [
        (date(2026, 10, 31), "page_viewed", "today", 1),
        (date(2026, 11, 1), "page_viewed", "today", 1),
    ]


def _say(ledger: Any, on: date) -> None:
    from keen.telemetry.domain.catalogue import Draft
    from keen.telemetry.domain.lines import Place, Subject

    at = datetime(on.year, on.month, on.day, 10, tzinfo=BERLIN)
    ledger.add(
        at, Draft("page_viewed", props={"screen": "today"}), Subject(7), Place(1, "sales_rep"), bytes(10)
    )


def test_use_is_recorded_by_person_and_everybody_may_try_each_role(company: Told) -> None:
    assert level_in_force() is Level.PERSON
    assert company.figures[0] == len(company.events) == company.truth["usage"]["events"]
    doors = queries.demo_people()
    assert [user.roles.get().key for user in doors] == [key for key in ROLES if key != "reader"]
    assert set(OFFERS) == set(ROLES)
    assert "Maya Lind" in {user.name for user in doors}
    assert company.people[doors[0].pk]["type"] == "keen"


def test_no_sentence_depends_on_whether_its_topic_is_one_or_many() -> None:
    notes = (*words.CALL_NOTES, *words.MEETING_NOTES, *words.NOTES, *words.TASKS, *words.MAILS)

    assert [note for note in notes if re.search(r"\{topic\} (is|was|has|comes|are|were|have)\b", note)] == []
