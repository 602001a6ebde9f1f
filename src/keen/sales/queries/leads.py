"""Where leads came from, and what notices about them say to whoever reads them now."""

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet

from keen.activities.queries.timeline import ALL, Cursor, Entry, Place, before
from keen.core.domain.actor import Actor
from keen.core.domain.rights import Scope
from keen.core.models import Notice
from keen.core.prepared import Prepared, Reader
from keen.records import declare
from keen.records.models import Handle
from keen.sales.domain.scoring import Rule, reasons
from keen.sales.models import FormEntry, Lead
from keen.sales.models.leads import score_points

NOTICE = "lead"
COLUMNS = {"lead": "lead_id", "contact": "lead__contact_id", "account": "lead__account_id"}


def lines(actor: Actor, place: Place, cursor: Cursor | None, most: int) -> Iterable[Entry]:
    """That somebody sent a form, on the timeline of their lead and of what became of it.

    Cost: 1 query.
    """
    if place.kind not in COLUMNS or actor.rights.scope(Lead.KIND, "view") is Scope.NONE:
        return []
    shape = (Reader.of(actor, place.kind), most, cursor)
    rows = _sent(shape, *place.ids) if cursor else _first_sent.rows(shape, *place.ids)
    hides = actor.rights.hides(Lead.KIND, "description")
    return [_entry(row, place, hides) for row in rows]


def _sent(shape: tuple[Reader, int, Cursor | None], *ids: int) -> QuerySet[FormEntry]:
    reader, most, cursor = shape
    rows = FormEntry.objects.filter(**{f"{COLUMNS[reader.kind]}__in": ids}, state="lead")
    rows = rows.select_related("form", "lead").order_by("-at", "-pk")
    if reader.kind != Lead.KIND:
        rows = rows.filter(lead__in=Lead.objects.visible_to(reader.actor))
    if cursor:
        rows = rows.filter(before(cursor, "o", "pk"))
    return rows[: most + 1]


_first_sent = Prepared(_sent)


def _entry(row: FormEntry, place: Place, hides: bool) -> Entry:
    lead = row.lead
    own = place.kind == Lead.KIND
    return Entry(
        at=row.at, id=row.pk, source="o", who="A visitor" if own else f"Lead {lead.called if lead else ''}".strip(),
        did=f"sent the form “{row.form.name}”{' and agreed to e-mail' if row.consented else ''}", icon="world",
        tone="brand", body="" if hides or lead is None else lead.description, kind=ALL,
        href="" if own or lead is None else f"/leads/{lead.pk}/",
    )  # fmt: skip


def told(actor: Actor, notices: Sequence[Notice]) -> dict[int, tuple[str, str, str]]:
    """(text, detail, address) of the notices that are about a lead, as their reader may see it now.

    Cost: 1 query, none when no notice is about a lead.
    """
    about = {
        one.pk: int(rest)
        for one in notices
        if one.kind == NOTICE and (rest := (one.once or "").partition(":")[2].partition(":")[0]).isdecimal()
    }
    rows = Lead.objects.visible_to(actor).filter(pk__in=set(about.values())) if about else ()
    seen: dict[int, Lead] = {row.pk: row for row in rows}
    return {one.pk: _told(actor, one, seen.get(about[one.pk])) for one in notices if one.pk in about}


def _told(actor: Actor, notice: Notice, lead: Lead | None) -> tuple[str, str, str]:
    if lead is None:
        return "A lead came that you can no longer see", "", ""
    row = declare.get(Lead.KIND).as_read_by(actor, lead)
    taken = (
        "" if lead.owner_id is None else "yours" if lead.owner_id == actor.user_id else "taken by a colleague"
    )
    return (
        f"{notice.text}: {row.called}",
        " · ".join(part for part in (row.subtitle, taken) if part),
        notice.href,
    )


def why(actor: Actor, lead: Lead) -> list[Rule]:
    """The reasons of the score that the actor may read: none that tells of a hidden field."""
    return [
        rule
        for rule in reasons(lead.facts, score_points())
        if not (rule.field and actor.rights.hides(Lead.KIND, rule.field))
    ]


def became(actor: Actor, lead: Lead) -> list[tuple[str, str, str]]:
    """(kind, name, address) of what a converted lead became, as far as the actor sees it.

    Cost: 1 query for each of the three that there is.
    """
    found = []
    for name in ("account", "contact", "opportunity"):
        record_type, pk = declare.get(name), getattr(lead, f"{name}_id")
        row = record_type.model.objects.visible_to(actor).filter(pk=pk).first() if pk else None
        if row is not None and not actor.rights.hides(Lead.KIND, name):
            called = record_type.as_read_by(actor, row).title
            found.append((record_type.label.lower(), called, f"/{record_type.path}/{row.pk}/"))
    return found


def twins(actor: Actor, lead: Lead, most: int = 3) -> list[Lead]:
    """Other leads with the same e-mail or phone that the actor sees, newest first.

    Cost: 1 query, none where neither is known.
    """
    same = [
        pair
        for pair in lead.handles()
        if pair[0] in {"email", "phone"} and not actor.rights.hides(Lead.KIND, f"{pair[0]}s")
    ]
    if not same:
        return []
    at = Q()
    for kind, value in same:
        at |= Q(kind=kind, value=value)
    held = Handle.objects.filter(at, record_kind=Lead.KIND).values("record_id")
    rows = (
        Lead.objects.visible_to(actor).filter(pk__in=held).exclude(pk=lead.pk).order_by("-created_at", "-pk")
    )
    record_type = declare.get(Lead.KIND)
    return [row for one in rows[:most] if isinstance(row := record_type.as_read_by(actor, one), Lead)]
