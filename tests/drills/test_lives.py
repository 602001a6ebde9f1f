"""Records through any order of writing, merging, deleting, restoring, bringing in and taking back, with a model beside them.

The model is a dictionary. After each step the rows are as the model says, and what follows from the rows follows: what they
are recognised by, what the search knows, and an audit trail from which every value can be told.
"""

from collections.abc import Callable
from copy import deepcopy
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from keen.core.models import Change
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.actions import imports, life
from keen.records.actions.many import change_many, tag_many
from keen.records.actions.merge import merge
from keen.records.actions.save import Wish, save
from keen.records.importing import runs
from keen.records.models import Handle, SearchEntry
from tests.factories.core import make_team, make_user
from tests.factories.importing import importer, loaded, make_csv

pytestmark = pytest.mark.django_db
TEXTS = ("first_name", "last_name", "job_title", "description")
NAMES = st.sampled_from(["Ada", "Bo Bø", "Çağlar", "李", "O'Neil", "Ünal-Ahrens"])
WORDS = st.sampled_from(["", "Buyer", "Köchin", "=1+1", "Head of “IT”"])
ADDRESSES = st.lists(st.sampled_from([f"a{n}@x.example" for n in range(5)]), max_size=3, unique=True)
TAGS = st.lists(st.sampled_from(["fair", "VIP", "süd"]), max_size=2, unique=True)
VALUES = st.fixed_dictionaries(
    {"first_name": NAMES, "last_name": NAMES, "job_title": WORDS, "description": WORDS},
    optional={"emails": ADDRESSES, "tags": TAGS},
)
PICK = st.integers(0, 30)
KINDS = {"email", "tag", "name", "sound", "phone", "external"}


def wished(values: dict[str, Any]) -> dict[str, Any]:
    """The values as a form sends them."""
    reach = {"emails": [{"address": one, "label": "work"} for one in values.get("emails", ())]}
    return values | (reach if "emails" in values else {})


class Lives(RuleBasedStateMachine):
    """Contacts of one person, and what they should be."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.user = make_user("administrator", make_team())
        self.actor = self.user.actor()
        self.model: dict[int, dict[str, Any]] = {}
        # How to take each step back, with the model as it was before; the last step is taken back first.
        self.steps: list[tuple[Callable[[], object], dict[int, dict[str, Any]]]] = []
        self.numbers = count(1)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    def here(self) -> list[int]:
        return [pk for pk, one in self.model.items() if not one["gone"]]

    def trash(self) -> list[int]:
        return [pk for pk, one in self.model.items() if one["gone"] and one["into"] is None]

    def done(self, receipt: Any, before: dict[int, dict[str, Any]]) -> None:
        operation = UUID(receipt.operation)
        self.steps.append((lambda: life.undo(actor=self.actor, operation_id=operation), before))

    @rule(values=VALUES)
    def create(self, values: dict[str, Any]) -> None:
        before = deepcopy(self.model)
        saved = save(CONTACT, actor=self.actor, wish=Wish(wished(values)))
        self.model[saved.record.pk] = {"emails": [], "tags": [], "gone": False, "into": None} | values
        self.done(saved.receipt, before)

    @precondition(lambda self: self.here())
    @rule(pick=PICK, name=st.sampled_from(TEXTS[1:]), names=NAMES, emails=ADDRESSES)
    def change(self, pick: int, name: str, names: str, emails: list[str]) -> None:
        before, pk = deepcopy(self.model), self.here()[pick % len(self.here())]
        saved = save(
            CONTACT, actor=self.actor, wish=Wish(wished({name: names, "emails": emails}), record_id=pk)
        )
        self.model[pk] |= {name: names, "emails": emails}
        if self.model != before:
            self.done(saved.receipt, before)

    @precondition(lambda self: len(self.here()) > 1)
    @rule(word=st.sampled_from(["Chief", "Cook"]), tag=st.sampled_from(["fair", "neu"]))
    def change_many(self, word: str, tag: str) -> None:
        before = deepcopy(self.model)
        ids = self.here()[:3]
        told = change_many(CONTACT, actor=self.actor, ids=ids, values={"job_title": word})
        for pk in ids:
            self.model[pk]["job_title"] = word
        if self.model != before:
            self.done(told, before)
        before = deepcopy(self.model)
        told = tag_many(CONTACT, actor=self.actor, ids=ids, tag=tag)
        for pk in ids:
            tags = self.model[pk]["tags"]
            tags += [tag] * (tag not in tags)
        if self.model != before:
            self.done(told, before)

    @precondition(lambda self: self.here())
    @rule(pick=PICK)
    def delete(self, pick: int) -> None:
        before, pk = deepcopy(self.model), self.here()[pick % len(self.here())]
        told = life.delete(CONTACT, actor=self.actor, record_id=pk)
        self.model[pk]["gone"] = True
        self.done(told, before)

    @precondition(lambda self: self.trash())
    @rule(pick=PICK)
    def restore(self, pick: int) -> None:
        before, pk = deepcopy(self.model), self.trash()[pick % len(self.trash())]
        told = life.restore(CONTACT, actor=self.actor, record_id=pk)
        self.model[pk]["gone"] = False
        self.done(told, before)

    @precondition(lambda self: len(self.here()) > 1)
    @rule(pick=PICK, other=PICK)
    def merge(self, pick: int, other: int) -> None:
        before, ids = deepcopy(self.model), self.here()
        keep = ids.pop(pick % len(ids))
        lose = ids[other % len(ids)]
        told = merge(CONTACT, actor=self.actor, keep_id=keep, lose_id=lose, chosen={})
        mine, theirs = self.model[keep], self.model[lose]
        for name in ("emails", "tags"):
            mine[name] = mine[name] + [one for one in theirs[name] if one not in mine[name]]
        for name in TEXTS:
            mine[name] = mine[name] or theirs[name]
        if theirs["description"] and theirs["description"] not in mine["description"]:
            mine["description"] += f"\n\n{theirs['description']}"
        for one in self.model.values():
            one["into"] = keep if one["into"] == lose else one["into"]  # what was merged before follows
        theirs |= {"gone": True, "into": keep}
        self.done(told, before)

    @rule(rows=st.integers(1, 3))
    def bring_in(self, rows: int) -> None:
        before = deepcopy(self.model)
        people = [
            (f"Im{number}", f"Port{number}", f"in{number}@y.example")
            for number, _ in zip(self.numbers, range(rows), strict=False)
        ]
        run = loaded(self.user, make_csv(people, ("First name", "Last name", "E-mail")))
        for row in run.rows.order_by("line"):
            first, last, address = people[row.line - 2]
            values = {"first_name": first, "last_name": last, "job_title": "", "description": ""}
            assert row.record_id is not None
            self.model[row.record_id] = values | {
                "emails": [address],
                "tags": [],
                "gone": False,
                "into": None,
            }
        self.steps.append((lambda: self.take_out(run.pk), before))

    def take_out(self, run_id: int) -> None:
        imports.start_undo(actor=importer(self.user), run_id=run_id)
        runs.undo(run_id, tell=False)

    @precondition(lambda self: self.steps)
    @rule()
    def undo(self) -> None:
        take_back, before = self.steps.pop()
        take_back()
        made = self.model.keys() - before.keys()
        # What was made is in the trash now, as it was when it was made.
        self.model = before | {pk: self.model[pk] | {"gone": True, "into": None} for pk in made}

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        rows = {
            row.pk: {name: getattr(row, name) for name in TEXTS}
            | {
                "emails": [one["address"] for one in row.emails],
                "tags": sorted(row.tags),
                "gone": row.deleted_at is not None,
                "into": row.merged_into_id,
            }
            for row in Contact.objects.all()
        }
        # In which order tags stand is nobody's business.
        assert rows == {pk: one | {"tags": sorted(one["tags"])} for pk, one in self.model.items()}

    @invariant()
    def what_follows_from_the_rows_follows(self) -> None:
        living = list(Contact.objects.filter(deleted_at=None))
        handles = set(
            Handle.objects.filter(record_kind="contact", kind__in=KINDS).values_list(
                "record_id", "kind", "value"
            )
        )
        assert handles == {(row.pk, *one) for row in living for one in row.handles() if one[0] in KINDS}
        found = dict(SearchEntry.objects.filter(record_kind="contact").values_list("record_id", "title"))
        assert found == {row.pk: row.title for row in living}

    @invariant()
    def the_audit_trail_tells_every_value(self) -> None:
        told: dict[int, dict[str, Any]] = {}
        for change in Change.objects.filter(kind="contact").order_by("id"):
            told.setdefault(change.record_id, {}).update(change.after)
        for row in Contact.objects.all():
            after = told[row.pk]
            assert {name: after.get(name) or "" for name in TEXTS} == {
                name: getattr(row, name) for name in TEXTS
            }
            assert [one["address"] for one in after.get("emails") or ()] == [
                one["address"] for one in row.emails
            ]
            assert bool(after.get("deleted_at")) == (row.deleted_at is not None)


QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def test_any_order_of_steps_leaves_what_it_should() -> None:
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=6,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            suppress_health_check=QUIET,
        ),
    )


@pytest.mark.long
def test_many_more_orders_of_steps_leave_what_they_should() -> None:
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=120, stateful_step_count=40, deadline=None, suppress_health_check=QUIET
        ),
    )
