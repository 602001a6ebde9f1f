"""What rows point to: owners, teams, companies and other records, found for a whole batch at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from keen.core.domain.actor import Actor
from keen.core.models import Team, User
from keen.core.models.fresh import fresh
from keen.core.wiring import wired
from keen.lib import emails, text
from keen.records import declare
from keen.records.declare import Field, Kind, RecordType
from keen.records.importing.lines import Line
from keen.records.models import Handle, Record
from keen.records.queries.sets import among, among_ids

_OWNER = "Nobody here has this address: ask an administrator to invite them, or choose an owner later"
_PERSON = (
    "Nobody here has this name or address: ask an administrator to invite them, or choose somebody later"
)
_TEAM = "There is no team of this name: choose one later"
MOST_NAMESAKES = 20
MOST_PROBES = 20_000
TELLING = frozenset({"name", "domain"})


@dataclass(slots=True)
class Wanted:
    """A record that rows name and that is not here yet."""

    kind: str
    column: str
    shadow: str
    name: str
    key: str


@dataclass
class People:
    """Colleagues and teams, read once."""

    by_email: dict[str, User] = field(default_factory=dict)
    by_name: dict[str, User] = field(default_factory=dict)
    teams: dict[str, int] = field(default_factory=dict)
    team_of: dict[int, int | None] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "People":
        """Everybody who can sign in, and all teams.

        Cost: 2 queries.
        """
        users = list(User.objects.filter(is_active=True).order_by("-pk"))
        return cls(
            by_email={user.email.casefold(): user for user in users},
            by_name={text.fold(user.name): user for user in users},
            teams={text.fold(name): pk for pk, name in Team.objects.values_list("pk", "name")},
            team_of={user.pk: user.team_id for user in users},
        )


class Links:
    """Finds what the rows of a batch point to. `new` holds the companies that the dry run would make."""

    def __init__(self, record_type: RecordType, actor: Actor) -> None:
        self._type, self._actor = record_type, actor
        self._people = People.read()
        self._probes: dict[tuple[str, str, str], Probe] = {}
        self._references = [
            made for made in record_type.fields if made.kind is Kind.REFERENCE and made.editable
        ]

        self._persons = [
            made for made in record_type.fields if made.kind is Kind.USER and made.own and made.editable
        ]

    def resolve(self, lines: Sequence[Line]) -> None:
        """Set owner, team and links of the rows' records.

        Cost: up to 3 queries a batch for each kind that is linked to.
        """
        for line in lines:
            self._own(line)
        for declared in self._references:
            concerned = [
                line for line in lines if any(key.startswith(f"{declared.name}.") for key in line.values)
            ]
            if concerned:
                self._refer(declared, concerned)

    def _own(self, line: Line) -> None:
        record, values = line.record, line.values
        assert record is not None  # noqa: S101  only read rows come here
        address, name = values.get("owner.email", ""), values.get("owner.name", "")
        owner = self._colleague(values, "owner")
        if (address or name) and owner is None:
            line.warn("owner_unknown", address or name, "a colleague who has joined", _OWNER)
        record.owner_id = owner.pk if owner else None
        for declared in self._persons:
            person = self._colleague(values, declared.name)
            setattr(record, declared.column, person.pk if person else None)
            said = values.get(f"{declared.name}.email") or values.get(f"{declared.name}.name")
            if said and person is None:
                line.warn("person_unknown", said, "a colleague who has joined", _PERSON)
        if team := values.get("team.name"):
            record.team_id = self._people.teams.get(text.fold(team))
            if record.team_id is None:
                line.warn("team_unknown", team, "a team", _TEAM)

    def _colleague(self, values: Mapping[str, Any], field: str) -> User | None:
        """Who is meant by an address, else by a name."""
        address, name = values.get(f"{field}.email", ""), values.get(f"{field}.name", "")
        if address:
            return self._people.by_email.get(address.casefold())
        return self._people.by_name.get(text.fold(name)) if name else None

    def settle(self, record: Record) -> None:
        """Give a new record its owner and team where the file named none."""
        if record.owner_id is None:
            record.owner_id = self._actor.user_id
        if record.team_id is None:
            own = record.owner_id == self._actor.user_id
            record.team_id = self._actor.team_id if own else self._people.team_of.get(record.owner_id or 0)

    def _refer(self, declared: Field, lines: Sequence[Line]) -> None:
        other = declare.get(declared.to)
        asked = [_Asked(line, declared, other, self._probe(other, declared, line)) for line in lines]
        self._look_up(other, asked)
        for one in asked:
            one.settle(may_add=declared.own is None and self._may_add(other))

    def _probe(self, other: RecordType, declared: Field, line: Line) -> "Probe":
        """What is asked for, made once for all rows that ask for the same."""
        name = str(line.values.get(f"{declared.name}.name") or "")[:200]
        addresses = [entry["address"] for entry in line.values.get("emails", ())] if name else []
        domain = next((found for address in addresses if (found := emails.company_domain(address))), "")
        key = (declared.name, name, domain)
        if key not in self._probes:
            if len(self._probes) >= MOST_PROBES:
                self._probes.clear()
            self._probes[key] = Probe.of(other, name, domain)
        return self._probes[key]

    def _may_add(self, other: RecordType) -> bool:
        # A company is its name; a person who is only named is not made of a name.
        named = other.name_field == "name"
        return (
            named and other.kind != self._type.kind and self._actor.rights.scope(other.kind, "add").reach > 0
        )

    def _look_up(self, other: RecordType, asked: Sequence["_Asked"]) -> None:
        """Fill in which records of the other kind share a name, a domain or an id with what is asked for."""
        holders: dict[tuple[str, str], list[int]] = {}
        for kind in ("external", "name", "domain"):
            values = sorted({value for one in asked for found, value in one.keys if found == kind})
            if values:
                rows = Handle.objects.filter(record_kind=other.kind, kind=kind, value__in=among(values))
                for value, pk in rows.order_by("record_id").values_list("value", "record_id"):
                    holders.setdefault((kind, value), []).append(pk)
        wanted = {pk for pks in holders.values() for pk in pks[:MOST_NAMESAKES]}
        visible = {
            row.pk: row
            for row in other.model.objects.visible_to(self._actor).filter(pk__in=among_ids(wanted))
        }
        for one in asked:
            one.offer(
                [
                    (key, visible[pk])
                    for key in one.keys
                    for pk in holders.get(key, ())[:MOST_NAMESAKES]
                    if pk in visible
                ]
            )


@dataclass(frozen=True, slots=True)
class Probe:
    """What is asked for: a name with the domain of the row's addresses, and what it can be recognised by."""

    other: RecordType
    name: str
    domain: str
    keys: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, other: RecordType, name: str, domain: str) -> "Probe":
        """A record of this name; companies also have the domain of their people's addresses."""
        bare = cls(other, name, domain)
        handles = bare.record().handles() if name else set()
        return cls(
            other,
            name,
            domain,
            tuple(sorted((kind, value[:200]) for kind, value in handles if kind in TELLING)),
        )

    def record(self) -> Record:
        """What is asked for as a record that is not saved."""
        made = fresh(self.other.model, {self.other.name_field: self.name})
        if self.domain and self.other.name_field == "name":
            made.website = self.domain  # type: ignore[attr-defined]  # companies have one
        return made


class _Asked:
    """One link of one row: what is asked for, and what was found."""

    def __init__(self, line: Line, declared: Field, other: RecordType, probe: Probe) -> None:
        self.line, self.other, self.declared = line, other, declared
        self.name = str(line.values.get(f"{declared.name}.name") or "")[:200]
        self.external = str(line.values.get(f"{declared.name}.external_id") or "")
        self.probe = probe if self.name else None
        self.keys = [*((("external", self.external),) if self.external else ()), *probe.keys]
        self.found: Record | None = None

    def offer(self, holders: Iterable[tuple[tuple[str, str], Record]]) -> None:
        """Choose among the records that share something: by id, by name, then by domain when the names are alike."""
        given = list(holders)
        for wanted in ("external", "name"):
            same = [record for (kind, _), record in given if kind == wanted]
            if same:
                self.found = self._nearest(same, [record for (kind, _), record in given if kind == "domain"])
                return
        alike = [record for (kind, _), record in given if kind == "domain" and self._alike(record)]
        self.found = min(alike, key=lambda record: record.pk, default=None)

    def _nearest(self, same: list[Record], at_domain: list[Record]) -> Record:
        domain = {record.pk for record in at_domain}
        return min(same, key=lambda record: (record.pk not in domain, record.pk))

    def _alike(self, record: Record) -> bool:
        for kind, facts, likeness in wired().comparers:
            if kind == self.other.kind and self.probe is not None:
                return likeness(facts(self.probe.record()), facts(record)).grade in {"exact", "likely"}
        return False

    def settle(self, *, may_add: bool) -> None:
        """Write the link into the row's record, or say that it stays empty."""
        record, declared = self.line.record, self.declared
        if self.found is not None:
            setattr(record, declared.column, self.found.pk)
            _shadow(record, declared, self.found.called)
        elif may_add and self.probe is not None:
            _shadow(record, declared, self.name)
            key = next((value for kind, value in self.keys if kind == "name"), text.fold(self.name))
            self.line.link = Wanted(self.other.kind, declared.column, declared.shadow, self.name, key)
        else:
            self.line.warn(
                "not_found",
                self.name or self.external,
                f"a {self.other.label.lower()} that is here",
                f"Import the {self.other.plural.lower()} first, or link them later",
            )


def _shadow(record: Any, declared: Field, title: str) -> None:
    if declared.shadow:
        setattr(record, declared.shadow, title[:200])
