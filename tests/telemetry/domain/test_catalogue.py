"""What is not declared is not recorded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.telemetry.domain.catalogue import CATALOGUE, Draft, refusal
from keen.telemetry.domain.properties import Codes, Flag, Name, Names, Number, OneOf

KNOWN = {
    "kinds": frozenset({"contact"}),
    "pages": frozenset({"today", "contact-new"}),
    "fields": frozenset({"last_name"}),
    "controls": frozenset({"button"}),
    "keys": frozenset({"c"}),
    "notices": frozenset({"mention"}),
}
SAFE = (Codes, Flag, Name, Names, Number, OneOf)


def test_every_event_is_made_of_closed_sets_switches_numbers_and_known_names():
    for spec in CATALOGUE.values():
        assert all(isinstance(declared, SAFE) for declared in spec.properties.values()), spec.name
        assert spec.meaning.endswith(".")
        assert not spec.what or spec.what in spec.properties, spec.name


@pytest.mark.parametrize(
    "draft",
    [
        Draft("page_viewed", props={"screen": "today"}),
        Draft("page_viewed", ms=12, props={"screen": "other"}),
        Draft(
            "form_rejected",
            "contact",
            5,
            "invalid",
            {"form": "contact-new", "fields": ["last_name"], "rules": ["missing"]},
        ),
    ],
)
def test_what_is_declared_may_be_written(draft: Draft):
    assert refusal(draft, KNOWN) == ""


@pytest.mark.parametrize(
    "draft",
    [
        Draft("keys_typed"),
        Draft("page_viewed", props={"screen": "/contacts/7/"}),
        Draft("page_viewed", props={"screen": "Amira Haddad"}),
        Draft("page_viewed", props={"title": "today"}),
        Draft("page_viewed", "contact", props={"screen": "today"}),
        Draft("page_viewed", outcome="found"),
        Draft("page_viewed", ms=-1),
        Draft("page_viewed", ms=True),
        Draft("undo_made", ms=10**9),
        Draft("record_viewed", "invoice"),
        Draft("record_viewed", "contact", props={"own": "yes"}),
        Draft("form_rejected", "contact", 5, "invalid", {"fields": ["last_name", "iban"]}),
        Draft("form_rejected", "contact", 5, "invalid", {"fields": ["last_name"] * 13}),
        Draft("form_rejected", "contact", 5, "invalid", {"rules": ["He said that Amira"]}),
        Draft("search_made", outcome="found", props={"place": "page", "q": "amira"}),
        Draft("page_slow", props={"client_ms": 1.5}),
        Draft("rage_click", props={"control": "button of Amira"}),
        Draft("key_used", props={"key": "p a s s w o r d"}),
    ],
)
def test_what_is_not_declared_in_every_part_may_not(draft: Draft):
    assert refusal(draft, KNOWN)


@given(st.sampled_from(sorted(CATALOGUE)), st.data())
def test_no_text_of_anybodys_gets_through(name: str, data: st.DataObject):
    """Whatever stands in a property: what is not one of Keen's own words is refused."""
    spec = CATALOGUE[name]
    if not spec.properties:
        return
    words = data.draw(st.text(min_size=1, max_size=60))
    prop = data.draw(st.sampled_from(sorted(spec.properties)))
    own = {
        value
        for declared in spec.properties.values()
        if isinstance(declared, OneOf)
        for value in declared.values
    }
    known = own | {"other"} | {one for names in KNOWN.values() for one in names}

    refused = refusal(Draft(name, outcome=(spec.outcomes or ("",))[0], props={prop: words}), KNOWN)

    assert refused or words in known
