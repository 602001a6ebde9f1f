"""Many records at once, each on its own terms: what can be written is written together, what cannot says why."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Outcome, Receipt
from keen.core.models import Team, User
from keen.lib.errors import ForbiddenError, KeenError, NotVisibleError
from keen.records import declare
from keen.records.actions import asked, store
from keen.records.actions.conflicts import ConflictError, clashes_since
from keen.records.actions.save import (
    check_reassigning,
    columns,
    draft,
    leads_back,
    with_team,
)
from keen.records.actions.upsert import AmbiguousError, Match, hold, holders, recognisable, unmatched
from keen.records.actions.values import InvalidError, as_held, inputs_of, read_values
from keen.records.declare import Kind, RecordType
from keen.records.domain.fieldvalues import NewRecord
from keen.records.models import Record
from keen.records.queries.sets import among_ids


@dataclass(frozen=True)
class Item:
    """One of many wishes: by its match, by its id and version, or for a new record when it has neither."""

    place: int
    values: Mapping[str, Any]
    match: Match | None = None
    record_id: int | None = None
    version: int | None = None


@dataclass
class Result:
    """What became of one wish: "created", "updated" or "unchanged", else the error that says why it stays out."""

    outcome: str = ""
    record: Record | None = None
    error: KeenError | None = None


def write_batch(
    record_type: RecordType, *, actor: Actor, items: Sequence[Item], before: Mapping[str, int]
) -> tuple[dict[int, Result], Receipt]:
    """What became of each wish by its place, and the receipt of all of them, taken back by one undo.

    Shape: no two items name the same record. `before` counts the wishes that were decided already, by outcome.
    Cost: about a dozen queries, whatever the number.
    """
    with transaction.atomic():
        work = operations.start(actor=actor, verb="wrote many", bulk=True)
        batch = _Batch(work, record_type)
        batch.write(items)
        counts = Counter(before) + Counter(result.outcome for result in batch.results.values())
        receipt = told(record_type, counts)
        return batch.results, operations.finish(work, receipt) if work.changes else receipt


def told(record_type: RecordType, counts: Mapping[str, int]) -> Receipt:
    """The receipt of so many wishes of each outcome; "" counts those that stay out."""
    words = {"created": "added", "updated": "changed", "unchanged": "the same already", "": "not taken"}
    said = ", ".join(f"{counts[outcome]:,} {word}" for outcome, word in words.items() if counts.get(outcome))
    wrote = counts.get("created", 0) + counts.get("updated", 0)
    text = f"{record_type.plural}: {said or 'nothing was sent'}."
    refused = counts.get("", 0)
    outcome: Outcome = (
        "gap" if refused and wrote else "saved" if wrote else "not_saved" if refused else "kept"
    )
    return Receipt(
        outcome,
        text,
        object=Link(record_type.plural, f"/{record_type.path}/"),
        nothing_next="Mend what was not taken and send it again." if refused else "Nothing else to do here.",
    )


class _Batch:
    """The work on one batch."""

    def __init__(self, work: Work, record_type: RecordType) -> None:
        self.work, self.record_type = work, record_type
        self.results: dict[int, Result] = {}
        self._inputs = inputs_of(record_type, work.actor)
        self._asks = any(field.own for field, _ in self._inputs.values())
        self._teams: dict[int | None, int | None] = {}
        self._links = {field.name: field for field in record_type.fields if field.kind in declare.LINKS}
        self._own = {name for name, field in self._links.items() if field.to == record_type.kind}

    def write(self, items: Sequence[Item]) -> None:
        """Decide on every item, then write all new and all changed records."""
        placed = self._placed(items)
        rows = self._rows([pk for _, pk in placed if pk])
        read = self._read(placed)
        missing = self._missing(read)
        self._know_teams(read)
        new: list[tuple[Item, Record]] = []
        changed: list[tuple[Item, store.Alteration]] = []
        for item, pk, values in read:
            try:
                self._check_links(values, missing)
                self._check_asked(values, rows.get(pk) if pk else None)
                if pk is None:
                    new.append((item, draft(self.work.actor, self.record_type, values, self._team_of)))
                else:
                    changed.append((item, self._alteration(item, rows.get(pk), values)))
            except KeenError as error:
                self.results[item.place] = Result(error=error)
        self._insert(new)
        self._alter(changed)

    def _placed(self, items: Sequence[Item]) -> list[tuple[Item, int | None]]:
        """The items with the records that they are about; None for those that will be new."""
        by_key: dict[str, list[Item]] = defaultdict(list)
        for item in items:
            if item.match:
                by_key[item.match.key].append(item)
        found: dict[int, list[int]] = {}
        for wanted in by_key.values():
            here = holders(self.record_type, self.work.actor, [item.match for item in wanted if item.match])
            lost = [item for item in wanted if item.match and not here.get(item.match.handle[1])]
            if lost:
                hold(self.record_type)
                here |= holders(
                    self.record_type, self.work.actor, [item.match for item in lost if item.match]
                )
            found |= {item.place: here.get(item.match.handle[1], []) for item in wanted if item.match}
        placed = []
        for item in items:
            ids = found.get(item.place, [])
            if len(ids) > 1:
                self.results[item.place] = Result(
                    error=AmbiguousError(item.match.key if item.match else "", ids)
                )
            else:
                placed.append((item, ids[0] if ids else item.record_id))
        return placed

    def _rows(self, ids: Sequence[int]) -> dict[int, Record]:
        rows = self.record_type.model.objects.select_for_update().visible_to(self.work.actor)
        return {row.pk: row for row in rows.filter(pk__in=among_ids(ids)).order_by("pk")} if ids else {}

    def _read(
        self, placed: Sequence[tuple[Item, int | None]]
    ) -> list[tuple[Item, int | None, dict[str, Any]]]:
        read = []
        for item, pk in placed:
            try:
                given = (
                    recognisable(self.record_type, item.match, item.values)
                    if item.match and not pk
                    else unmatched(item.match, item.values)
                )
                values = read_values(
                    self.record_type, self.work.actor, given, creating=pk is None, known=self._inputs
                )
            except KeenError as error:
                self.results[item.place] = Result(error=error)
            else:
                read.append((item, pk, values))
        return read

    def _missing(self, read: Sequence[tuple[Item, int | None, dict[str, Any]]]) -> dict[str, set[int]]:
        """The linked ids that lead nowhere for the actor, by field: one query for each link that is set."""
        wanted: dict[str, set[int]] = defaultdict(set)
        for _, _, values in read:
            for name in values.keys() & self._links.keys():
                if isinstance(values[name], int):
                    wanted[name].add(values[name])
        return {name: ids - self._there(name, ids) for name, ids in wanted.items()}

    def _there(self, name: str, ids: set[int]) -> set[int]:
        field = self._links[name]
        rows: Any
        if field.kind is Kind.USER:
            rows = User.objects.filter(is_active=True)
        elif field.kind is Kind.TEAM:
            rows = Team.objects.all()
        else:
            rows = declare.get(field.to).model.objects.visible_to(self.work.actor)
        return set(rows.filter(pk__in=among_ids(ids)).values_list("pk", flat=True))

    def _check_links(self, values: Mapping[str, Any], missing: Mapping[str, set[int]]) -> None:
        wrong = {
            name: f"{self._links[name].label}: there is no such record that you can see."
            for name in values.keys() & self._links.keys()
            if isinstance(values[name], NewRecord) or values[name] in missing.get(name, ())
        }
        if wrong:
            raise InvalidError(wrong)

    def _check_asked(self, values: Mapping[str, Any], record: Record | None) -> None:
        """Nothing, when all is there that fields of one's own ask for at this moment.

        Raises: InvalidError.
        """
        if not self._asks:
            return
        actor = self.work.actor
        whole = values if record else asked.with_defaults(self.record_type, actor, values)
        errors = asked.missing(self.record_type, actor, whole, record)
        if errors:
            raise InvalidError(errors)

    def _know_teams(self, read: Sequence[tuple[Item, int | None, dict[str, Any]]]) -> None:
        owners = {values["owner"] for _, _, values in read if values.get("owner")}
        if owners:
            self._teams = dict(User.objects.filter(pk__in=owners).values_list("pk", "team_id"))

    def _team_of(self, actor: Actor, owner_id: int | None) -> int | None:
        return actor.team_id if owner_id in {None, actor.user_id} else self._teams.get(owner_id)

    def _alteration(self, item: Item, record: Record | None, values: dict[str, Any]) -> store.Alteration:
        """The change of a record, within the actor's rights and for the version that was read.

        Raises: NotVisibleError; ForbiddenError; ConflictError.
        """
        actor = self.work.actor
        if record is None:
            raise NotVisibleError
        values = as_held(self.record_type, record, values)
        if not record.allows(actor, "edit"):
            title = self.record_type.as_read_by(actor, record).title
            raise ForbiddenError("forbidden", f"You can see “{title}” but not change it. Ask its owner.")
        if item.version not in {None, record.version}:
            raise ConflictError(record, clashes_since(self.record_type, record, item.version or 0, values)[1])
        check_reassigning(actor, record, values)
        wanted = with_team(actor, record, values, self._team_of)
        return store.Alteration(record, columns(self.record_type, wanted))

    def _insert(self, new: Sequence[tuple[Item, Record]]) -> None:
        if new:
            store.insert(self.work, self.record_type, [record for _, record in new])
        for item, record in new:
            self.results[item.place] = Result("created", record)

    def _alter(self, changed: Sequence[tuple[Item, store.Alteration]]) -> None:
        """All at once, but for those that link to records of their own kind: each of them may close a circle."""
        circling = {self.record_type.by_name[name].column for name in self._own}
        plain = [(item, made) for item, made in changed if not circling & made.columns.keys()]
        store.alter(self.work, self.record_type, [made for _, made in plain])
        for item, made in plain:
            self.results[item.place] = Result("updated" if made.before else "unchanged", made.record)
        for item, made in changed:
            if circling & made.columns.keys():
                self.results[item.place] = self._alter_one(made)

    def _alter_one(self, made: store.Alteration) -> Result:
        for name in sorted(self._own):
            field = self.record_type.by_name[name]
            value = made.columns.get(field.column)
            same = value == getattr(made.record, field.column)
            if value is not None and not same and leads_back(made.record, field, value):
                words = f"{field.label}: this would lead back to the record itself. Choose another one."
                return Result(error=InvalidError({name: words}))
        store.alter(self.work, self.record_type, [made])
        return Result("updated" if made.before else "unchanged", made.record)
