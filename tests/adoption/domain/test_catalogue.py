"""The catalogues of value events: of the length that was agreed, and of traces that exist."""

from keen.adoption.domain import catalogue, traces
from keen.adoption.domain.features import FEATURES
from keen.adoption.domain.foreign import ROLE

NOTHING = {ROLE, "staff_council"}
OF_EVENTS = {
    "consulted",
    "list_worked",
    "review_held",
    "deal_looked_up",
    "customer_looked_up",
    "import_loaded",
}


def test_each_role_has_eight_to_fifteen_value_events() -> None:
    found = {role: len(set(events)) for role, events in catalogue.ROLES.items() if role not in NOTHING}

    assert {role: n for role, n in found.items() if not 8 <= n <= 15} == {}


def test_every_value_event_is_a_trace_that_can_be_left_and_has_a_meaning() -> None:
    left = {*traces.LOGGED.values(), *traces.ADDED.values(), *traces.KEPT.values(), *traces.RULES.values()}
    left |= {
        *traces.OF_DEEDS.values(),
        *traces.FOLLOWS,
        *OF_EVENTS,
        "deal_moved",
        "deal_decided",
        "lead_worked",
    }
    left |= {"lead_converted", "quote_sent", "quote_answered"}
    counted = {event for role, events in catalogue.ROLES.items() if role not in NOTHING for event in events}

    assert counted - left == set()
    assert counted - catalogue.MEANINGS.keys() == set()


def test_neither_signing_in_nor_looking_at_a_page_is_of_value() -> None:
    counted = {event for events in catalogue.ROLES.values() for event in events}

    assert {
        event for event in counted if "sign" in event or "page" in event or event.endswith("_used")
    } == set()


def test_several_roles_have_the_events_of_all_and_an_unknown_one_those_of_everybody() -> None:
    assert catalogue.valued("administrator+sales_rep") == {*catalogue.SELLING, *catalogue.SETTING_UP}
    assert catalogue.valued("gardener") == set(catalogue.USUAL)
    assert catalogue.valued("staff_council") == set()


def test_features_have_keys_of_their_own() -> None:
    assert len({feature.key for feature in FEATURES}) == len(FEATURES)
