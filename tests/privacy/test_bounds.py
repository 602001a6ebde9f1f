"""Where erasing ends: what belongs to others, to the house or to the machine stays as it is."""

from pathlib import Path

import pytest

from keen.core.models import Change, Operation, Role, User
from keen.people.models import Account, Contact
from keen.people.records import CONTACT
from keen.privacy.actions import sweep as sweeping
from keen.privacy.actions.erasure import erase_contact
from keen.privacy.models import Erasure
from keen.records.actions.save import Wish, save
from keen.records.models import ApiAnswer, Handle, SavedList
from tests.factories.api import program
from tests.factories.core import make_user
from tests.factories.people import make_account, make_contact
from tests.factories.privacy import dump, erase, make_canary

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("word", ["records", "contact", "address", "sales_rep", "created"])
def test_an_id_of_another_program_finds_nothing_but_its_own_record(boss: User, data: Path, word: str) -> None:
    contact = make_contact("Ina Innocent", owner=boss, external_id=word)
    other = make_contact("Bert Bystander", owner=boss, emails=["bert@x.example"])
    before = dump()

    erasure = erase(boss, contact)

    after = dump()
    other.refresh_from_db()
    assert other.emails[0]["address"] == "bert@x.example"
    assert {name for name in ("core_role", "core_user", "core_team") if before[name] != after[name]} == set()
    assert set(Handle.objects.values_list("record_kind", flat=True)) == {"contact"}
    assert "[erased]" not in {*Change.objects.values_list("kind", flat=True)}
    assert Contact.objects.get(pk=contact.pk).external_id == ""
    assert erasure.state == "done"


def test_what_a_contact_is_called_rewrites_no_rights(boss: User, data: Path) -> None:
    role = Role.objects.exclude(grants={}).order_by("pk").first()
    assert role is not None
    Role.objects.filter(pk=role.pk).update(name="Zanzi Quaxel")
    contact = make_contact("Zanzi Quaxel", owner=boss)

    erase(boss, contact)

    assert Role.objects.get(pk=role.pk).name == "Zanzi Quaxel"


@pytest.mark.parametrize("active", [True, False])
def test_an_address_of_somebody_who_signs_in_stays_theirs(boss: User, data: Path, active: bool) -> None:
    colleague = make_user("administrator")
    User.objects.filter(pk=colleague.pk).update(is_active=active)
    contact = make_contact("Vic Tim", owner=boss, emails=[colleague.email])

    erase(boss, contact)

    now = User.objects.get(pk=colleague.pk)
    assert (now.email, now.name) == (colleague.email, colleague.name)


def test_a_company_of_the_same_name_keeps_it(boss: User, data: Path) -> None:
    account = make_account("Deutsche Bahn", owner=boss)
    longer = make_account("Deutsche Bahn AG", owner=boss)
    contact = make_contact("Deutsche Bahn", owner=boss)

    erase(boss, contact)

    for one, name in ((account, "Deutsche Bahn"), (longer, "Deutsche Bahn AG")):
        now = Account.objects.get(pk=one.pk)
        assert (now.name, now.version) == (name, one.version)
        assert not any("[erased]" in str(change.after) for change in Change.objects.filter(kind="account"))


def test_other_records_are_left_to_somebody_s_eyes_and_the_proof_says_so(boss: User, data: Path) -> None:
    contact = make_canary(boss)
    other = make_contact("Carl Other", owner=boss, description="Brother of Zanzibartfast Quaxelburg")

    erasure = erase(boss, contact)

    other.refresh_from_db()
    assert other.description == "Brother of Zanzibartfast Quaxelburg"
    assert erasure.state == "left"
    assert erasure.proof["kept"]["people_contact"] == [str(other.pk)]


def test_what_is_written_while_copies_are_cleaned_is_kept(
    boss: User, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = make_canary(boss)
    _, erasure_id = erase_contact(actor=boss.actor(), contact_id=contact.pk, confirmed=contact.title)
    kept = SavedList.objects.get()
    clean_row = sweeping._clean_row

    def meanwhile(needles: object, copy: object) -> bool:
        SavedList.objects.filter(pk=kept.pk).update(query="q=Zanzibartfast+Quaxelburg&city=Bonn")
        return clean_row(needles, copy)  # type: ignore[arg-type]

    monkeypatch.setattr(sweeping, "_clean_row", meanwhile)
    sweeping.sweep(Erasure.objects.get(pk=erasure_id))

    kept.refresh_from_db()
    assert kept.query == "q=[erased]&city=Bonn"


@pytest.mark.parametrize("last", ["Quaxel", "Quäxel"])
def test_no_kept_answer_is_told_again(boss: User, data: Path, last: str) -> None:
    api = program(boss)
    body = {"first_name": "Zanzi", "last_name": last, "description": "secret illness",
            "emails": [{"address": "zq@vogel.example"}]}  # fmt: skip
    made = api.post("contacts", body, Idempotency_Key="k1")
    contact = Contact.objects.get(pk=made.json()["data"]["id"])
    assert ApiAnswer.objects.count() == 1

    erasure = erase(boss, contact)
    again = api.post("contacts", body, Idempotency_Key="k1")

    assert (made.status_code, erasure.state) == (201, "done")
    assert "secret illness" not in again.content.decode()
    assert not Contact.objects.living().exists()


def test_an_answer_kept_while_somebody_is_erased_is_found_by_the_sweep(boss: User, data: Path) -> None:
    api = program(boss)
    contact = make_contact("Zanzi Quaxel", owner=boss)
    _, erasure_id = erase_contact(actor=boss.actor(), contact_id=contact.pk, confirmed=contact.title)
    api.post("contacts", {"last_name": "Zanzi Quaxel"}, Idempotency_Key="k1")
    late = ApiAnswer.objects.get()

    sweeping.sweep(Erasure.objects.get(pk=erasure_id))

    assert not ApiAnswer.objects.filter(pk=late.pk).exists()


def test_a_name_that_is_a_word_of_ours_leaves_receipts_whole(boss: User, data: Path) -> None:
    values = {"first_name": "Saved", "last_name": "Contacts"}
    saved = save(CONTACT, actor=boss.actor(), wish=Wish(values=values))
    made = Operation.objects.get(verb="created").receipt

    erase(boss, Contact.objects.get(pk=saved.record.pk))

    receipt = Operation.objects.get(verb="created").receipt
    assert "Saved Contacts" not in str(receipt)
    assert (receipt["outcome"], receipt["object"]["href"]) == (made["outcome"], made["object"]["href"])
