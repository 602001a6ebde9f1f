"""Leads that may be one: looked for while one is typed, from its page, and when a file brings it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from keen.core.domain.actor import Actor
from keen.core.domain.rights import Scope
from keen.people.domain import matching
from keen.people.domain.matching import PersonFacts
from keen.people.models import Contact
from keen.people.queries import (
    Similar,
    alike,
    facts_of_person,
    handle_keys,
    person_facts,
    ranked,
    similar_contacts,
)
from keen.sales.models import Lead

PAGE: Final = "leads"
MOST_CONTACTS: Final = 2


def facts_of_lead(row: Lead) -> PersonFacts:
    """What is compared of a lead."""
    return facts_of_person(row, row.company)


def similar_leads(actor: Actor, typed: Mapping[str, Any], but: int = 0) -> list[Similar]:
    """The leads that the typed one may be, the likeliest first; while it is new, before them who is a contact already.

    Cost: 2 queries and those of a search when there is a name; as much again for contacts.
    """
    given = {**typed, "account": f"new:{typed['company']}" if typed.get("company") else ""}
    facts = person_facts(given, actor)
    keys = handle_keys(matching.blocking_keys(facts))
    rows = alike(actor, Lead, keys, f"{facts.first} {facts.last}", but)
    found = ranked(actor, PAGE, [(row, matching.similarity(facts, facts_of_lead(row))) for row in rows])
    if but or actor.rights.scope(Contact.KIND, "view") is Scope.NONE:
        return found
    known = similar_contacts(actor, given)[:MOST_CONTACTS]
    return [*(replace(one, reasons=("a contact already", *one.reasons)) for one in known), *found]
