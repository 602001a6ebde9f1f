"""Rows, handles, search and audit trail stay in step, whatever is done to records in whatever order."""

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from keen.core.actions import operations
from keen.core.domain.receipts import Receipt
from keen.core.models import Change
from keen.lib.errors import RuleError
from keen.people.models import Account, Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records.actions import life, many, store
from keen.records.actions.merge import merge
from keen.records.actions.save import Wish, save
from keen.records.domain.shadows import beside
from keen.records.models import Handle, SearchEntry
from keen.records.search.entries import _row
from tests.factories.core import make_team, make_user
from tests.factories.people import make_account, make_contact
from tests.factories.records import change, found

pytestmark = pytest.mark.django_db
NAMES = st.sampled_from(["Amira", "Bo", "Ärmel", "中", ""])
EMAILS = st.lists(st.sampled_from(["a@b.example", "c@d.example", "e@f.example"]), max_size=2)
TAGS = st.lists(st.sampled_from(["vip", "nord", "🔥"]), max_size=2)
VALUES = st.fixed_dictionaries(
    {}, optional={"first_name": NAMES, "emails": EMAILS, "tags": TAGS, "do_not_call": st.booleans()}
)


class Life(RuleBasedStateMachine):
    """Somebody works on contacts and their companies; a plain model beside it says what there must be."""

    contacts: Bundle[int] = Bundle("contacts")
    done: Bundle[Receipt] = Bundle("done")

    def __init__(self) -> None:
        super().__init__()
        self.user = make_user("data_steward", make_team())
        self.actor = self.user.actor()
        self.accounts = [make_account("Vela", owner=self.user).pk, make_account("Orbit", owner=self.user).pk]
        self.versions: dict[tuple[str, int], int] = {}

    def alive(self, pk: int) -> bool:
        return Contact.objects.living().filter(pk=pk).exists()

    @rule(target=contacts, values=VALUES, at=st.sampled_from([None, 0, 1]))
    def create(self, values: dict[str, Any], at: int | None) -> Any:
        account = "" if at is None else str(self.accounts[at])
        wish = Wish({"last_name": "Haddad", "account": account, **values})
        return self.tried(lambda: save(CONTACT, actor=self.actor, wish=wish).record.pk)

    @rule(target=done, pk=contacts, values=VALUES, boss=st.none() | contacts)
    def update(self, pk: int, values: dict[str, Any], boss: int | None) -> Any:
        wanted = values | ({"reports_to": str(boss)} if boss else {})
        return self.tried(lambda: save(CONTACT, actor=self.actor, wish=Wish(wanted, pk)).receipt)

    @rule(target=done, at=st.sampled_from([0, 1]), name=st.sampled_from(["Vela", "Vela Group", "Ärmel AG"]))
    def rename_company(self, at: int, name: str) -> Any:
        return self.tried(
            lambda: save(ACCOUNT, actor=self.actor, wish=Wish({"name": name}, self.accounts[at])).receipt
        )

    @rule(target=done, pk=contacts)
    def delete(self, pk: int) -> Any:
        return self.tried(lambda: life.delete(CONTACT, actor=self.actor, record_id=pk))

    @rule(target=done, pk=contacts)
    def restore(self, pk: int) -> Any:
        return self.tried(lambda: life.restore(CONTACT, actor=self.actor, record_id=pk))

    @rule(target=done, keep=contacts, lose=contacts)
    def merge(self, keep: int, lose: int) -> Any:
        both = self.alive(keep) and self.alive(lose) and keep != lose
        receipt = self.tried(lambda: merge(CONTACT, actor=self.actor, keep_id=keep, lose_id=lose, chosen={}))
        if both:
            assert lose in Contact.objects.get(pk=keep).absorbed
        return receipt

    @rule(target=done)
    def merge_companies(self) -> Any:
        keep, lose = self.accounts
        return self.tried(lambda: merge(ACCOUNT, actor=self.actor, keep_id=keep, lose_id=lose, chosen={}))

    @rule(
        target=done,
        pks=st.lists(contacts, min_size=1, max_size=3, unique=True),
        tag=st.sampled_from(["vip", "fair"]),
    )
    def tag(self, pks: list[int], tag: str) -> Any:
        return self.tried(lambda: many.tag_many(CONTACT, actor=self.actor, ids=pks, tag=tag))

    @rule(target=done, receipt=consumes(done))
    def undo(self, receipt: Receipt) -> Any:
        if not receipt.undo:
            return multiple()
        return self.tried(lambda: life.undo(actor=self.actor, operation_id=UUID(receipt.operation)))

    def tried(self, act: Any) -> Any:
        """The receipt of what was done; nothing when it was refused."""
        try:
            return act()
        except RuleError:
            return multiple()

    @invariant()
    def derived_columns_follow_the_rows(self) -> None:
        for row in [*Contact.objects.all(), *Account.objects.all()]:
            before = dict(vars(row))
            row.derive()
            assert {name: vars(row)[name] for name in before if name != "_state"} == {
                name: value for name, value in before.items() if name != "_state"
            }

    @invariant()
    def titles_beside_links_are_those_of_today(self) -> None:
        def titles(model: Any) -> dict[int, str]:
            """What is in the trash says so; what was merged leads on."""
            gone = set(
                model.objects.filter(deleted_at__isnull=False, merged_into=None).values_list("pk", flat=True)
            )
            return {row.pk: beside(row.called, deleted=row.pk in gone) for row in model.objects.all()}

        accounts, contacts = titles(Account), titles(Contact)
        for row in Contact.objects.all():
            assert row.account_name == accounts.get(row.account_id, "")
            assert row.reports_to_name == contacts.get(row.reports_to_id, "")
            assert row.reports_to_id != row.pk

    @invariant()
    def handles_and_search_are_those_of_the_living(self) -> None:
        rows = [*Contact.objects.living(), *Account.objects.living()]
        handles = {(kind, value, row.KIND, row.pk) for row in rows for kind, value in row.handles()}
        assert set(Handle.objects.values_list("kind", "value", "record_kind", "record_id")) == handles
        columns = ("record_kind", "record_id", "title", "subtitle", "words", "owner_id", "team_id")
        entries = {tuple(getattr(_row(row), name) for name in columns) for row in rows}
        assert set(SearchEntry.objects.values_list(*columns)) == entries

    @invariant()
    def the_trail_tells_how_everything_came_to_be(self) -> None:
        for model, record_type in ((Contact, CONTACT), (Account, ACCOUNT)):
            told: dict[int, dict[str, Any]] = {}
            for one in Change.objects.filter(kind=record_type.kind).order_by("pk"):
                now = told.setdefault(one.record_id, {})
                for name, before in one.before.items():
                    assert store.value_of(model, name, before) == now.get(name, getattr(model(), name)), name
                now |= {name: store.value_of(model, name, value) for name, value in one.after.items()}
            for row in model.objects.all():
                assert {name: getattr(row, name) for name in told[row.pk]} == told[row.pk]

    @invariant()
    def versions_only_rise_and_count_the_changes(self) -> None:
        for row in [*Contact.objects.all(), *Account.objects.all()]:
            key = (row.KIND, row.pk)
            assert row.version >= self.versions.get(key, 1)
            assert row.version == Change.objects.filter(kind=row.KIND, record_id=row.pk).count()
            self.versions[key] = row.version

    @invariant()
    def what_was_merged_leads_to_something_else(self) -> None:
        for row in Contact.objects.filter(merged_into__isnull=False):
            assert row.deleted_at is not None
            into = Contact.objects.get(pk=row.merged_into_id)
            assert row.pk in into.absorbed


@pytest.mark.parametrize(("examples", "steps"), [(15, 12), pytest.param(300, 25, marks=pytest.mark.long)])
def test_whatever_is_done_everything_stays_in_step(db: None, examples: int, steps: int) -> None:
    class Rolled(Life):
        """Each run in a transaction of its own that is rolled back."""

        def __init__(self) -> None:
            self.point = transaction.savepoint()
            super().__init__()

        def teardown(self) -> None:
            transaction.savepoint_rollback(self.point)

    run_state_machine_as_test(
        Rolled,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_what_does_not_change_is_not_written(
    owner: Any, contact: Contact, django_assert_num_queries: Any
) -> None:
    work = operations.start(actor=owner.actor(), verb="saved")
    with django_assert_num_queries(0):
        same = store.Alteration(contact, {"first_name": "Amira", "tags": ["vip"]})
        assert store.alter(work, CONTACT, [same]) == []
    assert work.changes == []


def test_only_the_columns_that_change_are_written(owner: Any, contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(department="Sales")
    with transaction.atomic():
        work = operations.start(actor=owner.actor(), verb="saved")
        store.alter(work, CONTACT, [store.Alteration(contact, {"job_title": "Buyer"})])
    now = Contact.objects.get(pk=contact.pk)
    assert (now.job_title, now.department) == ("Buyer", "Sales")


def test_a_renamed_company_is_renamed_wherever_it_is_shown(
    owner: Any, contact: Contact, account: Account
) -> None:
    daughter = make_account("Vela Nord", owner=owner, parent=account)
    change(owner, account, name="Vela Group")
    assert Contact.objects.get(pk=contact.pk).account_name == "Vela Group"
    assert Account.objects.get(pk=daughter.pk).parent_name == "Vela Group"
    assert found(contact) == (True, True)


def test_many_rows_are_written_in_few_statements(owner: Any, django_assert_max_num_queries: Any) -> None:
    rows = [make_contact(f"Ada {n}", owner=owner) for n in range(30)]
    with transaction.atomic():
        work = operations.start(actor=owner.actor(), verb="saved")
        wanted = [store.Alteration(row, {"job_title": f"Buyer {n}"}) for n, row in enumerate(rows)]
        with django_assert_max_num_queries(7):
            store.alter(work, CONTACT, wanted)
    assert Contact.objects.get(pk=rows[7].pk).job_title == "Buyer 7"
