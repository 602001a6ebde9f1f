"""What the form of an automation offers to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from keen.core import queries as core
from keen.core.domain.actor import Actor
from keen.integrations.models import State
from keen.integrations.queries import endpoints
from keen.processes.domain.rules import CONTACT, OWNER, TURN, Do, When, offered
from keen.processes.queries.checking import DATES, PEOPLED
from keen.processes.queries.conditions import SAID
from keen.processes.queries.sentences import OFFERS, noun
from keen.records import declare
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain import filters
from keen.records.queries import listing

Options = Sequence[tuple[str, str]]
# What can be watched from one value to another, because there are few of them.
STEPPED = frozenset({Kind.CHOICE, Kind.BOOLEAN, Kind.USER, Kind.TEAM})
YES_NO = (("yes", "Yes"), ("no", "No"))
LINKED = frozenset({Kind.REFERENCE})


@dataclass(frozen=True)
class Beginning:
    """A kind of record with what can set an automation about it off: (when, words)."""

    record_type: RecordType
    noun: str
    whens: Sequence[tuple[str, str]]

    @property
    def is_rare(self) -> bool:
        """Whether people keep such records seldom by hand."""
        return self.record_type.mirror or bool(self.record_type.power) or self.record_type.kind == "quote"


def beginnings(actor: Actor) -> list[Beginning]:
    """The kinds that the actor sees, those with ways of their own first."""
    found = [
        Beginning(one, noun(one), [(when.value, OFFERS[when]) for when in offered(one.kind)])
        for one in declare.types()
        if actor.rights.scope(one.kind, "view").reach
    ]
    return sorted(found, key=lambda one: -len(one.whens))


def watchable(record_type: RecordType, actor: Actor, when: When) -> list[Field]:
    """The fields whose change, or whose day, can set an automation off."""
    fields = [one for one in record_type.readable(actor) if one.kind is not Kind.LINES]
    if when is When.DATE:
        return [one for one in fields if one.kind in DATES]
    return [one for one in fields if one.editable or record_type.mirror]


def filterable(record_type: RecordType, actor: Actor) -> list[Field]:
    """The fields that a condition can ask for."""
    return [record_type.by_name[one.name] for one in listing.filterable(record_type, actor)]


def operators(field: Field) -> list[tuple[str, str]]:
    """The ways to compare with the field. Links are filled or not: one record alone makes no rule."""
    found = filters.OPERATORS.get(field.kind, ())
    if field.kind in LINKED:
        found = tuple(one for one in found if one in filters.VALUELESS)
    return [(one, SAID.get(one, filters.WORDS[one])) for one in found]


def values(field: Field, today: date) -> Options:
    """The values that the field can have, empty where they are typed."""
    if field.kind is Kind.BOOLEAN:
        return YES_NO
    if field.kind in {Kind.CHOICE, Kind.CHOICES}:
        return [(key, label) for key, label in field.choices if field.offers(key)]
    if field.kind is Kind.USER:
        return people(today)
    if field.kind is Kind.TEAM:
        return [(str(team.pk), team.name) for team in core.teams()]
    return ()


def people(today: date) -> Options:
    """Everybody who can sign in.

    Cost: 1 query.
    """
    return [(str(pk), name) for pk, name in core.people_choices(today)]


def settable(record_type: RecordType, actor: Actor) -> list[Field]:
    """The fields that a step can set: of one value, that the actor may change."""
    single = {*DATES, *STEPPED, Kind.TEXT, Kind.NUMBER, Kind.MONEY, Kind.URL, Kind.TAGS}
    return [
        one for one in record_type.writable(actor) if one.kind in single and one.name not in {"owner", "team"}
    ]


def whom(do: Do, record_type: RecordType, everybody: Options) -> list[tuple[str, str] | tuple[str, Options]]:
    """Who can be meant by a step."""
    first: list[tuple[str, str]] = []
    if do is not Do.ASSIGN:
        first.append((OWNER, f"The owner of the {noun(record_type)}"))
    if do is Do.EMAIL and record_type.kind in PEOPLED:
        first.append((CONTACT, "The contact"))
    if do is not Do.EMAIL:
        first.append((TURN, "The next in turn"))
    else:
        return [*first, ("Colleagues", everybody)]
    return [*first, ("Colleagues", everybody)]


def hooks() -> Options:
    """The webhooks that are on.

    Cost: 1 query.
    """
    rows = endpoints.living().exclude(state=State.OFF).order_by("name")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def steps_for(record_type: RecordType, actor: Actor) -> list[Do]:
    """What can be done about such a record by whoever has the actor's rights."""
    writes = actor.rights.scope(record_type.kind, "edit").reach > 0
    return [do for do in Do if writes or do not in {Do.ASSIGN, Do.FIELD}]
