"""What endpoints can be told."""

from keen.integrations.domain import topics


def test_every_kind_has_its_types_and_merging_only_where_it_exists() -> None:
    found = topics.topics([("contact", True), ("activity", False)])

    assert found == [
        "contact.created",
        "contact.updated",
        "contact.deleted",
        "contact.restored",
        "contact.merged",
        "activity.created",
        "activity.updated",
        "activity.deleted",
        "activity.restored",
        "activity.completed",
    ]


def test_an_endpoint_wants_what_it_chose_or_everything() -> None:
    assert topics.wants(["contact.created"], "contact.created")
    assert not topics.wants(["contact.created"], "contact.updated")
    assert topics.wants(["*"], "whatever.comes")
    assert not topics.wants([], "contact.created")


def test_columns_are_told_by_the_names_of_readable_fields() -> None:
    readable = {"owner_id": "owner", "last_name": "last_name"}

    assert topics.changed_names(["last_name", "owner_id", "hidden", "sort_name"], readable) == [
        "last_name",
        "owner",
    ]
