"""Records through the API: what pages do, with the same rights, the same audit and the same receipts."""

from typing import Any

import pytest

from keen.core.models import Change, Operation
from keen.people.models import Contact
from tests.factories.api import Program, assert_problem, program
from tests.factories.people import make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(owner: Any) -> Program:
    return program(owner)


def test_a_record_is_read_with_its_version_its_links_and_its_address(
    api: Program, owner: Any, contact: Any, account: Any
) -> None:
    answer = api.get(f"contacts/{contact.pk}")

    told = answer.json()["data"]
    assert answer.status_code == 200
    assert told["id"] == contact.pk
    assert told["version"] == 1
    assert told["title"] == "Amira Haddad"
    assert told["url"].endswith(f"/contacts/{contact.pk}/")
    assert told["account"] == {"id": account.pk, "title": "Vela Foods"}
    assert told["owner"] == {"id": owner.pk, "title": owner.name}
    assert told["emails"] == [{"address": "amira@vela.example", "label": "work"}]
    assert told["birthday"] is None
    assert told["created_at"].endswith("Z")
    assert answer["ETag"].startswith('"1-')
    assert "Authorization" in answer["Vary"]


def test_a_record_that_is_known_already_is_not_sent_again(api: Program, contact: Any) -> None:
    tag = api.get(f"contacts/{contact.pk}")["ETag"]

    again = api.get(f"contacts/{contact.pk}", If_None_Match=tag)

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == tag


def test_the_tag_changes_when_a_linked_record_is_renamed(api: Program, contact: Any, account: Any) -> None:
    before = api.get(f"contacts/{contact.pk}")["ETag"]
    api.patch(f"accounts/{account.pk}", {"name": "Vela Drinks"}, If_Match="*")

    assert api.get(f"contacts/{contact.pk}", If_None_Match=before).status_code == 200


def test_a_record_is_made_as_on_a_page(api: Program, owner: Any, account: Any) -> None:
    answer = api.post(
        "contacts",
        {
            "first_name": "Jonas",
            "last_name": "Brandt",
            "emails": ["jonas@brandt.example"],
            "phones": [{"raw": "030 5550199", "label": "mobile"}],
            "account": account.pk,
            "birthday": "1980-02-29",
            "tags": ["b", "a"],
        },
    )

    told = answer.json()
    made = Contact.objects.get(last_name="Brandt")
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/contacts/{made.pk}"
    assert told["data"]["phones"][0]["e164"] == "+49305550199"
    assert told["data"]["tags"] == ["a", "b"]
    assert told["receipt"]["outcome"] == "saved"
    assert told["receipt"]["text"] == "Contact Jonas Brandt added."
    assert told["receipt"]["next"]["label"] == "Log what you know"
    assert (made.owner, made.team, made.source) == (owner, owner.team, "API")
    assert (
        Operation.objects.get(pk=Change.objects.get(kind="contact", record_id=made.pk).operation_id).via
        == "api"
    )


def test_what_is_to_be_mended_is_named_by_pointers(api: Program) -> None:
    answer = api.post("contacts", {"first_name": "Jonas", "emails": ["no address"], "birthday": "31.12."})

    told = assert_problem(answer, 422, "invalid", at="/last_name")
    assert {fault["pointer"] for fault in told["errors"]} == {"/last_name", "/emails", "/birthday"}
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("sent", "at", "code"),
    [
        ({"last_name": 5}, "/last_name", "wrong_type"),
        ({"last_name": ["a"]}, "/last_name", "wrong_type"),
        ({"last_name": "A", "nickname": "B"}, "/nickname", "unknown_field"),
        ({"last_name": "A", "is_superuser": True}, "/is_superuser", "unknown_field"),
        ({"last_name": "A", "owner_id": 1}, "/owner_id", "unknown_field"),
        ({"last_name": "A", "created_at": "2020-01-01"}, "/created_at", "read_only"),
        ({"last_name": "A", "id": 5}, "/id", "unknown_field"),
        ({"last_name": "A", "email_opt_out": "yes"}, "/email_opt_out", "wrong_type"),
        ({"last_name": "A", "emails": {"address": "a@b.example"}}, "/emails", "wrong_type"),
        (
            {"last_name": "A", "emails": [{"address": "a@b.example", "kind": "x"}]},
            "/emails/0/kind",
            "unknown_member",
        ),
        ({"last_name": "A", "emails": [{"address": {"x": 1}}]}, "/emails/0/address", "wrong_type"),
        ({"last_name": "A", "account": "new:Company"}, "/account", "wrong_type"),
        ({"last_name": "A", "account": True}, "/account", "wrong_type"),
        ({"last_name": "A", "account": 10**30}, "/account", "wrong_type"),
        ({"last_name": "A", "tags": "a"}, "/tags", "wrong_type"),
        ({"last_name": "A", "addresses": ["Berlin"]}, "/addresses/0", "wrong_type"),
        ([], "", "wrong_type"),
    ],
)
def test_values_of_another_type_and_unknown_members_are_refused_by_name(
    api: Program, sent: Any, at: str, code: str
) -> None:
    told = assert_problem(api.post("contacts", sent), 422, "invalid", at=at)

    assert code in {fault["code"] for fault in told["errors"]}
    assert not Contact.objects.exists()


def test_a_patch_changes_what_it_names_and_empties_what_is_null(api: Program, contact: Any) -> None:
    tag = api.get(f"contacts/{contact.pk}")["ETag"]

    answer = api.patch(f"contacts/{contact.pk}", {"job_title": "Buyer", "phones": None}, If_Match=tag)

    assert answer.status_code == 200
    assert answer.json()["data"]["job_title"] == "Buyer"
    assert answer.json()["data"]["phones"] == []
    assert answer.json()["data"]["emails"] == [{"address": "amira@vela.example", "label": "work"}]
    assert answer["ETag"].startswith('"2-')


def test_a_patch_must_say_which_version_was_read(api: Program, contact: Any) -> None:
    assert_problem(api.patch(f"contacts/{contact.pk}", {"job_title": "Buyer"}), 428, "precondition_required")
    assert_problem(api.delete(f"contacts/{contact.pk}"), 428, "precondition_required")


def test_a_patch_of_an_older_version_is_told_what_both_wrote(
    api: Program, contact: Any, colleague: Any
) -> None:
    other = program(colleague)
    other.patch(f"contacts/{contact.pk}", {"job_title": "Head of purchasing"}, If_Match='"1"')

    told = assert_problem(
        api.patch(f"contacts/{contact.pk}", {"job_title": "Buyer"}, If_Match='"1"'), 412, "stale_version"
    )

    assert told["version"] == 2
    (clash,) = told["clashes"]
    assert (clash["field"], clash["theirs"], clash["yours"]) == ("job_title", "Head of purchasing", "Buyer")
    assert clash["by"] == colleague.name
    contact.refresh_from_db()
    assert contact.job_title == "Head of purchasing"


def test_a_star_overwrites_whatever_is_there(api: Program, contact: Any) -> None:
    assert api.patch(f"contacts/{contact.pk}", {"job_title": "A"}, If_Match="*").status_code == 200
    assert api.patch(f"contacts/{contact.pk}", {"job_title": "B"}, If_Match="*").status_code == 200
    assert_problem(api.patch(f"contacts/{contact.pk}", {"job_title": "C"}, If_Match="nonsense"), 412)


def test_a_record_goes_into_the_trash_and_comes_back(api: Program, contact: Any) -> None:
    assert_problem(api.delete(f"contacts/{contact.pk}", If_Match='"7"'), 412, "stale_version")

    gone = api.delete(f"contacts/{contact.pk}", If_Match='"1"')
    assert gone.json()["receipt"]["text"] == "Amira Haddad is in the trash."
    assert_problem(api.get(f"contacts/{contact.pk}"), 404, "not_found")

    back = api.post(f"contacts/{contact.pk}/restore")
    assert back.json()["data"]["title"] == "Amira Haddad"
    assert api.get(f"contacts/{contact.pk}").status_code == 200


def test_what_was_done_is_taken_back_by_the_address_in_the_receipt(api: Program, contact: Any) -> None:
    done = api.patch(f"contacts/{contact.pk}", {"job_title": "Buyer"}, If_Match='"1"').json()["receipt"][
        "undo"
    ]
    assert done["method"] == "POST"

    answer = api.post(done["href"].removeprefix("/api/v1/"))

    assert answer.json()["receipt"]["text"].startswith("Taken back:")
    contact.refresh_from_db()
    assert contact.job_title == ""


def test_nobody_takes_back_what_another_did(api: Program, contact: Any, colleague: Any) -> None:
    undo = api.patch(f"contacts/{contact.pk}", {"job_title": "Buyer"}, If_Match="*").json()["receipt"][
        "undo"
    ]["href"]

    assert_problem(program(colleague).post(undo.removeprefix("/api/v1/")), 404, "not_found")
    assert_problem(program(colleague, level="read").post(undo.removeprefix("/api/v1/")), 404, "not_found")


def test_a_token_takes_back_only_what_it_might_have_done(owner: Any, contact: Any, api: Program) -> None:
    undo = api.patch(f"contacts/{contact.pk}", {"job_title": "Buyer"}, If_Match="*").json()["receipt"][
        "undo"
    ]["href"]

    assert_problem(program(owner, account="write").post(undo.removeprefix("/api/v1/")), 403, "forbidden")


def test_sparse_fields_hold_what_is_asked_for(api: Program, contact: Any) -> None:
    told = api.get(f"contacts/{contact.pk}?fields=last_name,title").json()["data"]

    assert told == {"id": contact.pk, "version": 1, "title": "Amira Haddad", "last_name": "Haddad"}
    assert_problem(api.get(f"contacts/{contact.pk}?fields=salary"), 400, "unknown_field", at="fields")
    assert_problem(api.get(f"contacts/{contact.pk}?field=last_name"), 400, "unknown_parameter", at="field")


def test_a_record_is_found_by_its_address(api: Program, contact: Any) -> None:
    assert api.get("contacts/by/email/Amira@Vela.example").json()["data"]["id"] == contact.pk
    assert_problem(api.get("contacts/by/email/nobody@vela.example"), 404)
    assert_problem(api.get("contacts/by/phone/123"), 400, "unknown_match")


def test_ids_beyond_every_database_are_not_there(api: Program) -> None:
    assert_problem(api.get(f"contacts/{10**25}"), 404, "not_found")
    assert_problem(api.get("contacts/0"), 404, "not_found")


def test_what_there_is_not_is_told_as_a_problem(api: Program) -> None:
    assert_problem(api.get("nothing/at/all"), 404, "not_found")
    assert_problem(api.get("nothing"), 404, "not_found")
    answer = api.ask("PUT", "contacts", {})
    assert_problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert api.ask("OPTIONS", "contacts")["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_a_program_learns_what_its_token_opens(owner: Any) -> None:
    told = program(owner, contact="read").get("me").json()["data"]

    assert told["person"]["name"] == owner.name
    assert told["may"]["contacts"] == {"view": "team", "add": "none", "edit": "none", "delete": "none"}
    assert told["may"]["accounts"]["view"] == "none"


def test_no_field_is_called_as_what_every_record_has() -> None:
    from keen.records import declare
    from keen.records.rest.shape import META

    assert [
        (record_type.kind, name)
        for record_type in declare.types()
        for name in META
        if name in record_type.by_name
    ] == []


def test_others_are_seen_as_far_as_the_role_reaches(owner: Any, stranger: Any, contact: Any) -> None:
    make_contact("Other Person", owner=stranger, team=stranger.team)

    titles = [one["title"] for one in program(stranger).get("contacts").json()["data"]]

    assert titles == ["Other Person"]
    assert_problem(program(stranger).get(f"contacts/{contact.pk}"), 404, "not_found")
    assert_problem(program(stranger).patch(f"contacts/{contact.pk}", {"job_title": "x"}, If_Match="*"), 404)
