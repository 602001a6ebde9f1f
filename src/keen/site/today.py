"""What comes first on Today for who looks after the installation, and for who looks after its data."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from keen.adoption.queries import rules
from keen.core import pages, queries
from keen.core.access import KeenRequest
from keen.core.domain.actor import Actor
from keen.core.domain.seats import Seat, seat
from keen.core.models import Invitation, Team, User
from keen.core.queue.overview import dead_letters
from keen.orders.models import MATCH, Intake
from keen.orders.queries import feeds
from keen.people.models import Contact
from keen.records.models import Handle, ImportRow, ImportRun, OwnField
from keen.sales.models import Opportunity

MOST_PAIRS = 5
MOST_READ = 40
COUNTED = 1000
LATELY = timedelta(days=14)
SELDOM_PERCENT = 5


@dataclass(frozen=True)
class Step:
    """One step of setting up: what it is, how long it takes, and whether it is done."""

    label: str
    href: str
    minutes: int
    done: bool


@dataclass(frozen=True)
class Case:
    """Something that waits to be put right, and where that is done."""

    label: str
    sub: str
    href: str
    icon: str


@dataclass(frozen=True)
class Pair:
    """Two contacts that share an address or a number, and what they share."""

    keep: Contact
    other: Contact
    shares: str


def lead(request: KeenRequest) -> str:
    """The checklist until it is done, then what failed; or what waits to be corrected.

    Cost: 10 queries for an administrator, 7 for who looks after the data, none for others.
    """
    part = seat(request.actor.rights)
    if part is Seat.ADMINISTRATOR:
        steps = list(checklist(request.actor))
        ahead = [step for step in steps if not step.done]
        cases = [] if ahead else [*failures(request.actor), *unused()]
        return pages.text(request, "site/_lead_admin.html", {"steps": steps, "open": ahead, "cases": cases})
    if part is Seat.STEWARD:
        waiting = {"cases": list(corrections(request.actor)), "pairs": pairs(request.actor)}
        return pages.text(request, "site/_lead_steward.html", waiting)
    return ""


def checklist(actor: Actor) -> Iterator[Step]:
    """The steps of setting up, in their order.

    Cost: 7 queries.
    """
    people = User.objects.filter(is_active=True).count() > 1 or Invitation.objects.exists()
    yield Step("Make the teams", reverse("team-list"), 2, Team.objects.exists())
    yield Step("Invite your colleagues", reverse("invite"), 3, people)
    yield Step("Bring your contacts in", reverse("import-start"), 10, Contact.objects.living().exists())
    if actor.rights.has("orders.feed"):
        done = Intake.objects.filter(state=Intake.DONE).exists()
        yield Step("Bring in orders and invoices", reverse("orders-drop"), 5, done)
    yield Step(
        "Look at the stages of your deals", reverse("pipelines"), 3, Opportunity.objects.living().exists()
    )
    if actor.rights.has(rules.SET):
        yield Step("Say who sees figures about people", reverse("adoption-mode"), 2, rules.was_chosen())
    if actor.rights.has("system.view"):
        yield Step(
            "Make the first backup", reverse("backups"), 1, queries.backups(timezone.now()).latest is not None
        )


def failures(actor: Actor) -> Iterator[Case]:
    """What failed and waits for somebody: jobs, imports, feeds of orders, backups.

    Cost: 6 queries.
    """
    now = timezone.now()
    if actor.rights.has("system.view"):
        if count := dead_letters().order_by()[:COUNTED].count():
            yield Case(
                _many(count, "job", "gave up"), "Run again or set aside", reverse("jobs"), "alert-triangle"
            )
        backups = queries.backups(now)
        if not backups.well:
            told = (
                "The last trial of restoring it failed"
                if backups.latest and not backups.late
                else "None is fresh"
            )
            yield Case("The backup wants a look", told, reverse("backups"), "database")
    failed = ImportRun.objects.filter(state="failed", created_at__gt=now - LATELY)
    if count := failed.count():
        yield Case(
            _many(count, "import", "failed"), "In the last two weeks", reverse("import-start"), "upload"
        )
    for feed in feeds.late():
        yield Case(feed.system, feed.words, reverse("orders-drop"), "package")


def unused() -> Iterator[Case]:
    """Fields of one's own that hardly anybody fills.

    Cost: 1 query.
    """
    fields = OwnField.objects.filter(
        archived_at__isnull=True, filled__isnull=False, counted_of__gt=0, used_at=None
    )
    seldom = [one.label for one in fields if (one.filled or 0) * 100 < SELDOM_PERCENT * one.counted_of]
    if seldom:
        named = ", ".join(seldom[:3]) + (" and more" if len(seldom) > 3 else "")
        yield Case(
            _many(len(seldom), "field", "hardly filled", verb=True),
            named,
            reverse("fields"),
            "adjustments-horizontal",
        )


def corrections(actor: Actor) -> Iterator[Case]:
    """What waits to be corrected, besides possible duplicates.

    Cost: 4 queries.
    """
    if actor.rights.has(MATCH) and (count := feeds.waiting_count()):
        yield Case(
            _many(count, "customer", "waits for an account" if count == 1 else "wait for an account"),
            "Their orders and invoices are seen by nobody until then",
            reverse("orders-unmatched"),
            "inbox",
        )
    rows = ImportRow.objects.filter(run__owner_id=actor.user_id, run__state="done", decision="")
    waiting = rows.filter(outcome__in=("rejected", "review")).values("run_id", "run__name")
    for run in waiting.annotate(count=Count("pk")).order_by("-run_id")[:3]:
        yield Case(
            _many(run["count"], "row", "was left out" if run["count"] == 1 else "were left out"),
            run["run__name"],
            reverse("import", args=[run["run_id"]]),
            "upload",
        )
    seen = Contact.objects.visible_to(actor).order_by()
    if not actor.rights.hides(Contact.KIND, "phone") and not actor.rights.hides(Contact.KIND, "phones"):
        mute = seen.exclude(phone="").exclude(phone__startswith="+")
        if ids := list(mute.values_list("pk", flat=True)[:COUNTED]):
            label = _many(len(ids), "phone number", "cannot be dialled")
            yield Case(label, "The first of them is here", reverse("contact", args=[ids[0]]), "phone-off")
    alone = seen.filter(owner__isnull=True)
    if count := alone[:COUNTED].count():
        label = _many(count, "contact", "has no owner" if count == 1 else "have no owner")
        yield Case(label, "Nobody is reminded of them", reverse("contact-list") + "?owner.empty=1", "users")


def pairs(actor: Actor) -> list[Pair]:
    """Contacts that share an e-mail address or a number, two by two.

    Cost: 3 queries; the first reads the index of what contacts are known by.
    """
    known = Handle.objects.filter(record_kind=Contact.KIND, kind__in=("email", "phone"))
    shared = known.values("kind", "value").annotate(count=Count("record_id")).filter(count__gt=1).order_by()
    values = [(row["kind"], row["value"]) for row in shared[:MOST_READ]]
    wanted = Q(pk__in=[])
    for kind, value in values:
        wanted |= Q(kind=kind, value=value)
    ids: dict[tuple[str, str], list[int]] = {}
    for kind, value, pk in known.filter(wanted).values_list("kind", "value", "record_id"):
        ids.setdefault((kind, value), []).append(pk)
    seen = Contact.objects.visible_to(actor).in_bulk([pk for some in ids.values() for pk in some])
    found: dict[tuple[int, int], Pair] = {}
    for (kind, _), some in ids.items():
        both = sorted(pk for pk in some if pk in seen)[:2]
        if len(both) > 1:
            shares = "the same e-mail address" if kind == "email" else "the same number"
            found.setdefault((both[0], both[1]), Pair(seen[both[0]], seen[both[1]], shares))
    return list(found.values())[:MOST_PAIRS]


def _many(count: int, what: str, does: str, *, verb: bool = False) -> str:
    number = f"{count}+" if count >= COUNTED else str(count)
    plural = what if count == 1 else f"{what}s"
    return f"{number} {plural} {('is ' if count == 1 else 'are ') if verb else ''}{does}"
