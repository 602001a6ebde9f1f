from keen.records.domain import targets
from keen.records.domain.targets import FieldFacts
from tests.records.domain.fields import ACCOUNT, CONTACT


def test_lists_are_taken_apart_by_label():
    found = targets.of_fields([FieldFacts("phones", "Phone", "phones", ("work", "fax"))])

    assert [(target.name, target.label, target.kind) for target in found] == [
        ("phones.work", "Phone (work)", "phone"),
        ("phones.fax", "Phone (fax)", "phone"),
    ]
    assert all(target.takes_many for target in found)


def test_a_person_has_a_full_name_and_a_company_has_not():
    assert {"full_name", "middle_name", "suffix"} <= {target.name for target in CONTACT}
    assert not {"full_name", "middle_name", "suffix"} & {target.name for target in ACCOUNT}


def test_links_and_owners_are_named_by_what_a_file_can_know():
    names = {target.name: target.kind for target in CONTACT}

    assert names["account.name"] == "text"
    assert names["account.external_id"] == "id"
    assert names["owner.email"] == "owner_email"
    assert names["team.name"] == "text"
    assert names["external_id"] == "id"
    assert names["addresses.home.country"] == "country"
    assert len(names) == len(CONTACT)


def test_choices_and_lengths_go_along():
    by_name = {target.name: target for target in (*ACCOUNT, *CONTACT)}

    assert by_name["type"].choices[1] == ("customer", "Key customer")
    assert by_name["first_name"].most == 80
