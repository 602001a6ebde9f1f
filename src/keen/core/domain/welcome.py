"""What each role finds on its first day: three lines for whoever joins, and one on the doors of the demo."""

from collections.abc import Iterable

COMMON = (
    "Everybody your colleagues know, with the last word that was spoken",
    "Today: what to do next, with the reason beside it",
    "One search over people, companies and what was agreed",
)
FIRST_DAY = {
    "sales_rep": (
        "Your accounts and contacts with the last word that was spoken",
        "Today: whom to call next, with the reason beside it",
        "A call is logged in two taps, and nothing is typed twice",
    ),
    "sales_manager": (
        "Your team's accounts, and what happened with them this week",
        "Next steps that are late, before anybody has to ask",
        "Your own calls and meetings in the same place",
    ),
    "service_agent": (
        "Who is calling, with the whole history, before you say hello",
        "What you promised, with its time, on one list",
        "What colleagues found out before you",
    ),
    "service_manager": (
        "What your team promised, and what is late",
        "Every customer's history in one line of time",
        "The same facts for you and for your team",
    ),
    "marketer": (
        "One clean list of people, each of them once",
        "What became of the people you handed over",
        "Views you can share instead of sending files around",
    ),
    "executive": (
        "Every account with its last contact, without asking for a list",
        "What the company agreed with whom",
        "Views that stay up to date by themselves",
    ),
    "data_steward": (
        "Duplicates found and explained, merged without loss",
        "Files brought in with every row accounted for",
        "Who changed what, and a way back",
    ),
}

OFFERS: dict[str, str] = {
    "sales_rep": "What to do next, and all about the customer",
    "sales_manager": "Who needs help, and what is stuck",
    "service_agent": "Know the caller before the second sentence",
    "service_manager": "Each customer's history in one line of time",
    "marketer": "Web forms, leads, and what became of them",
    "executive": "What deals come to, without a spreadsheet",
    "rollout_lead": "Work as your colleagues do, and share views with them",
    "power_user": "Bring files in, merge doubles, share views",
    "data_steward": "Doubles explained and merged, nothing lost",
    "data_entry": "Enter fast, hands on the keys",
    "administrator": "Import, invite, keep it healthy",
    "staff_council": "What is recorded of people, and your say in it",
    "reader": "Look, and change nothing",
}


def first_day(roles: Iterable[str]) -> tuple[str, ...]:
    """The three lines of the first of these roles that has its own, else what is there for everybody."""
    return next((FIRST_DAY[key] for key in roles if key in FIRST_DAY), COMMON)
