"""The leads of the demo company: from its web forms, a fair, by word of mouth; some became the customers of its deals."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from keen.activities.models import Activity
from keen.core.actions import rows
from keen.core.actions.operations import Entry
from keen.core.models import Team
from keen.lib import text
from keen.sales.actions.forms import FORM
from keen.sales.domain.leads import REASONS, Status, deadline
from keen.sales.models import FormEntry, Lead, WebForm
from keen.site.demo.deals import Pursuit
from keen.site.demo.history import Deed, Made
from keen.site.demo.person import Person
from keen.site.demo.truth import SEED, Type
from keen.site.demo.words import BRITAIN, FRANCE, GERMANY, JOBS, STEMS, TRADES, Land

CAREFUL: Final = frozenset({Type.KEEN, Type.STEADY, Type.PART_TIME, Type.NEW})
PROMISED_HOURS: Final = 24
LATELY: Final = 100
A_PERSON: Final = 6
CONVERTED: Final = 0.45
CONSENT: Final = "Aurora Cooling may write to me about its products. I can say no at any time."
FIELDS: Final = ("first_name", "last_name", "company", "emails", "phones", "description")
FORMS: Final = (
    (
        "ask-about-cold-rooms",
        "Ask about cold rooms",
        "Hamburg",
        GERMANY,
        "Tell us what you want to keep cold.",
    ),
    ("parlons-froid", "Parlons froid", "Lyon", FRANCE, "Dites-nous ce que vous voulez garder au froid."),
    ("talk-to-us", "Talk to us", "Manchester", BRITAIN, "Tell us what you want to keep cold."),
)
SOURCES: Final = ("Trade fair Cold World", "Referral", "Trade fair Cold World", "Call to the office")
NEEDS: Final = (
    "We move into a new hall in spring and need a cold room of about 80 m², with a door for the forklift.",
    "Our blast freezer is from 2009 and takes too long. What would a new one cost, and how long is the line still?",
    "We have to log temperatures for the audit. Twelve points, and somebody who looks after them.",
    "The dock doors lose too much cold. Could somebody come by and have a look at all six of them?",
    "Price for a maintenance contract, four units.",
    "Please call me back.",
)
TALKED: Final = (
    "Wants a price for spring, decides with the head of finance.",
    "Compares three offers; ours is the only one with service on weekends.",
    "Has time next week for a visit.",
    "Looks around for next year, no budget yet.",
)
ENDS: Final = ("no_need", "no_budget", "timing", "unreachable", "competitor")


@dataclass(frozen=True)
class Wish:
    """One lead to be: who has it, when it came, by which form, and what becomes of it."""

    person: Person
    at: datetime
    form: WebForm | None
    status: str
    pursuit: Pursuit | None = None


def come(people: Sequence[Person], pursuits: Sequence[Pursuit], administrator: int) -> None:
    """Leads of those who work with care, with what was done about them, and what the forms kept back as spam."""
    world = people[0].world
    chance = random.Random(f"{SEED} newcomers")  # noqa: S311  for made-up data
    forms = _forms(people, administrator)
    owners = [person for person in people if person.type in CAREFUL and person.share_of_deals >= 1]
    theirs: dict[int, list[Pursuit]] = {}
    for pursuit in pursuits:
        theirs.setdefault(pursuit.record.owner_id or 0, []).append(pursuit)
    sent: list[tuple[Lead, WebForm]] = []
    for person in owners:
        for wish in _wishes(chance, person, theirs.get(person.id, []), forms):
            made = _lead(chance, wish)
            world.history.make(made)
            assert isinstance(made.record, Lead)  # noqa: S101  just made
            for activity in _done(chance, wish, made.record):
                world.history.make(activity)
            if wish.form is not None:
                sent.append((made.record, wish.form))
    world.history.write()
    rows.insert(list(_entries(sent, forms, world.times.today)))


def _forms(people: Sequence[Person], administrator: int) -> dict[str, WebForm]:
    """The form of each place, as an administrator set it up before the first day."""
    world = people[0].world
    at = datetime.combine(world.times.first, time(9), tzinfo=ZoneInfo("Europe/Berlin")) - timedelta(days=5)
    teams = {team.site: team for team in Team.objects.filter(name__startswith="Sales").order_by("-pk")}
    found = {}
    for key, name, site, _, intro in FORMS:
        team = teams.get(site) or next(iter(teams.values()))
        row = WebForm.objects.create(
            key=key, name=name, intro=intro, team=team, promised_hours=PROMISED_HOURS, consent_text=CONSENT,
            thanks="Thank you. We answer within a working day.", campaign="",
            fields=[{"name": one, "required": one in {"last_name", "emails"}} for one in FIELDS],
        )  # fmt: skip
        deed = Deed(administrator, at, "created", f"Form {name} added.")
        world.history.tell(deed, Entry(FORM, row.pk, 1, "created", {}, row.facts()))
        found[site] = row
    return found


def _wishes(
    chance: random.Random, person: Person, pursuits: Sequence[Pursuit], forms: dict[str, WebForm]
) -> Iterator[Wish]:
    """The leads of somebody: some behind their deals, some that are no fit, and those of the last days still open."""
    form, world = forms.get(person.hired.colleague.site), person.world
    days = sorted(day for day in person.active if (world.times.today - day).days <= LATELY)
    with_company = [one for one in pursuits if one.record.pk and one.record.account is not None]
    for pursuit in chance.sample(with_company, min(len(with_company), round(A_PERSON * CONVERTED))):
        at = pursuit.stays[0][1] - timedelta(days=chance.randrange(1, 5), hours=1)
        if at.date() > world.times.first:
            yield Wish(person, at, form if chance.random() < 0.6 else None, Status.CONVERTED.value, pursuit)
    if len(days) < A_PERSON:
        return
    for on in chance.sample(days[:-4], min(2, len(days[:-4]))):
        yield Wish(
            person,
            _moment(chance, person, on),
            form if chance.random() < 0.5 else None,
            Status.UNQUALIFIED.value,
        )
    for on, status in zip(days[-4:-1], (Status.QUALIFIED, Status.WORKING, Status.WORKING), strict=False):
        if chance.random() < 0.7:
            yield Wish(
                person, _moment(chance, person, on), form if chance.random() < 0.5 else None, status.value
            )
    if chance.random() < 0.8:
        yield Wish(person, _moment(chance, person, days[-1], 15), form, Status.NEW.value)


def _moment(chance: random.Random, person: Person, on: date, hour: int = 9) -> datetime:
    at = datetime.combine(on, time(hour), tzinfo=person.hired.zone)
    return at + timedelta(minutes=chance.randrange(90))


def _lead(chance: random.Random, wish: Wish) -> Made:
    """The lead as it came, with what was said of it since."""
    lead = _of_contact(wish) if wish.pursuit else _stranger(chance, wish)
    user = wish.person.hired.user
    lead.owner_id, lead.team_id = user.pk, user.team_id
    if wish.form is not None:
        lead.form_id, lead.source = wish.form.pk, f"Form: {wish.form.name}"
        lead.promised_at = deadline(wish.at, PROMISED_HOURS, user.worktime.works, wish.person.hired.zone)
        lead.description = chance.choice(NEEDS)
    else:
        lead.source = chance.choice(SOURCES)
    by = None if wish.form else wish.person.id
    told = "A lead came by a form." if wish.form else f"{lead.title} saved."
    made = Made(lead, Deed(by, wish.at, "created", told, via="page" if by else "system", undoable=False))
    _say(chance, made, wish)
    return made


def _say(chance: random.Random, made: Made, wish: Wish) -> None:
    """How it stands, as its owner said it after the first talk."""
    lead, person = made.record, wish.person
    at = wish.at + timedelta(minutes=50)
    if wish.status == Status.UNQUALIFIED:
        reason = chance.choice(ENDS)
        words = f"{lead.title} is no fit."
        made.change(Deed(person.id, at, "saved", words, undoable=False), status=wish.status, reason=reason)
        assert reason in dict(REASONS)  # noqa: S101  the house's own reasons
    elif wish.pursuit is not None:
        deal = wish.pursuit.record
        at = wish.pursuit.stays[0][1]
        ends = {
            "account_id": deal.account_id, "account_name": deal.account_name, "contact_id": wish.pursuit.contact.pk,
            "contact_name": wish.pursuit.contact.title[:200], "opportunity_id": deal.pk, "opportunity_name": deal.name,
        }  # fmt: skip
        deed = Deed(person.id, at, "converted", f"{lead.title} is converted.", undoable=False)
        made.change(deed, status=wish.status, converted_at=at, **ends)
    elif wish.status != Status.NEW:
        words = f"{lead.title}: {wish.status}."
        made.change(Deed(person.id, at, "saved", words, undoable=False), status=wish.status)


def _of_contact(wish: Wish) -> Lead:
    contact = wish.pursuit.contact if wish.pursuit else None
    assert contact is not None  # noqa: S101  asked for those with a deal
    return Lead(
        first_name=contact.first_name, last_name=contact.last_name, company=contact.account_name,
        job_title=contact.job_title, emails=list(contact.emails), phones=list(contact.phones),
    )  # fmt: skip


def _stranger(chance: random.Random, wish: Wish) -> Lead:
    land: Land = next((one[3] for one in FORMS if one[2] == wish.person.hired.colleague.site), GERMANY)
    first, last = chance.choice(land.first_names), chance.choice(land.last_names)
    trade, _ = chance.choice(TRADES)
    company = f"{chance.choice(STEMS)} {trade} {chance.choice(land.forms)}"
    host = text.fold(company).replace(" ", "-").replace(".", "").replace("&", "und")
    address = f"{text.fold(first)}.{text.fold(last)}@{host}.{land.domain}".replace(" ", "").replace("'", "")
    return Lead(
        first_name=first, last_name=last, company=company, job_title=chance.choice(JOBS),
        emails=[{"address": address, "label": "work"}],
    )  # fmt: skip


def _done(chance: random.Random, wish: Wish, lead: Lead) -> Iterator[Made]:
    """The first talk, soon after it came; and a next step for those on which somebody works."""
    person = wish.person
    if wish.status == Status.NEW:
        return
    at = wish.at + timedelta(minutes=chance.randrange(20, 45))
    given: dict[str, Any] = {"owner_id": person.id, "team_id": person.hired.user.team_id, "source": "By hand"}
    talk = Activity(
        kind="call",
        direction="out",
        outcome="reached",
        status="done",
        done_at=at,
        body=chance.choice(TALKED),
        **given,
    )
    yield Made(talk, Deed(person.id, at, "logged", f"Call with {lead.title} logged."), about=lead)
    if wish.status in {Status.WORKING, Status.QUALIFIED}:
        on = person.next_day(person.world.times.today, chance.randrange(4))
        step = Activity(kind="call", status="open", subject=f"Call {lead.title}", plan_on=on, **given)
        yield Made(step, Deed(person.id, at, "planned", f"Planned: Call {lead.title}."), about=lead)


def _entries(
    sent: Sequence[tuple[Lead, WebForm]], forms: dict[str, WebForm], today: date
) -> Iterator[FormEntry]:
    """What was sent by the forms: what became a lead, and one that looks like spam."""
    for place, (lead, form) in enumerate(sent):
        yield FormEntry(
            form_id=form.pk, once=f"demo-{place}", at=lead.created_at, state="lead", why=[], values={}, lead_id=lead.pk,
            consented=place % 3 == 0, wording=CONSENT if place % 3 == 0 else "",
        )  # fmt: skip
    at = datetime.combine(today, time(5), tzinfo=ZoneInfo("Europe/Berlin"))
    values = {"last_name": "SEO", "emails": [{"address": "rank@first-page.example", "label": "work"}],
              "description": "First page in 7 days http://a.example http://b.example http://c.example"}  # fmt: skip
    yield FormEntry(
        form_id=next(iter(forms.values())).pk,
        once="demo-spam",
        at=at,
        state="spam",
        why=["Holds 3 links"],
        values=values,
    )
