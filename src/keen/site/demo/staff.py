"""The people who work at the demo company, Aurora Cooling: eight teams at three sites, every role."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, islice

from keen.lib import text
from keen.site.demo.truth import Type
from keen.site.demo.words import LANDS

COMPANY = "Aurora Cooling"
ZONES = {"Hamburg": "Europe/Berlin", "Lyon": "Europe/Paris", "Manchester": "Europe/London"}
COUNTRIES = {"Hamburg": ("DE", "HH"), "Lyon": ("FR", ""), "Manchester": ("GB", "ENG")}
TEAMS = (
    ("Sales North", "Hamburg"),
    ("Sales West", "Lyon"),
    ("Inside Sales", "Manchester"),
    ("Key Accounts", "Lyon"),
    ("Service", "Manchester"),
    ("Field Service", "Hamburg"),
    ("Marketing and operations", "Hamburg"),
    ("Order Desk", "Lyon"),
)
SITES = {COMPANY: "Hamburg", **dict(TEAMS)}
# How many things somebody with the role records on a working day, when they work as they should.
PACES = {
    "sales_rep": 4.0, "power_user": 4.5, "sales_manager": 1.6, "service_agent": 4.0, "service_manager": 1.4,
    "marketer": 1.6, "rollout_lead": 1.0, "data_steward": 2.0, "data_entry": 3.0, "administrator": 0.6,
    "executive": 0.5, "staff_council": 0.0,
}  # fmt: skip


@dataclass(frozen=True)
class Colleague:
    """Somebody of the demo company, and how they behave."""

    name: str
    job_title: str
    team: str
    role: str
    type: Type = Type.STEADY
    leads: bool = False
    zone_of: str = ""
    number: int = 0

    @property
    def email(self) -> str:
        """The address they sign in with: the first name is enough among sixty."""
        box = text.fold(self.name.split()[0])
        if self.number:
            box = f"{text.fold(self.name).replace(' ', '.')}.{self.number}"
        return f"{box}@aurora-cooling.example"

    @property
    def site(self) -> str:
        """Where the team is."""
        return SITES[self.team.rstrip("0123456789 ")]

    @property
    def zone(self) -> str:
        """The time zone in which they work."""
        return self.zone_of or ZONES[self.site]

    @property
    def pace(self) -> float:
        """How many things somebody with the role records on a day."""
        return PACES[self.role]


def _team(name: str, *members: tuple[str, str, str, Type]) -> tuple[Colleague, ...]:
    """The members of a team as (name, job, role, type), its lead first."""
    return tuple(
        Colleague(person, job, name, role, type_, leads=place == 0)
        for place, (person, job, role, type_) in enumerate(members)
    )


_REP, _MANAGER, _AGENT, _HEAD, _ENTRY = (
    "sales_rep", "sales_manager", "service_agent", "service_manager", "data_entry",
)  # fmt: skip
STAFF = (
    Colleague("Ines Roth", "Chief executive", COMPANY, "executive", Type.OCCASIONAL, leads=True),
    *_team(
        "Sales North",
        ("Kofi Mensah", "Head of Sales North", _MANAGER, Type.KEEN),
        ("Maya Lind", "Account manager", _REP, Type.KEEN),
        ("Jonas Weber", "Account manager", _REP, Type.STEADY),
        ("Lea Novak", "Senior account manager", "power_user", Type.KEEN),
        ("Greta Lorenz", "Senior account manager", "power_user", Type.PART_TIME),
        ("Malte Brandt", "Account manager", _REP, Type.KEEN),
        ("Timo Falk", "Account manager", _REP, Type.NEW),
    ),
    *_team(
        "Sales West",
        ("Camille Laurent", "Head of Sales West", _MANAGER, Type.STEADY),
        ("Hugo Morel", "Account manager", _REP, Type.STEADY),
        ("Anna Petrov", "Account manager", _REP, Type.KEEN),
        ("Oliver Grant", "Account manager", _REP, Type.IDLE),
        ("Priya Shah", "Account manager", _REP, Type.STEADY),
        ("Julien Mercier", "Account manager", _REP, Type.SLIPPING),
        ("Manon Girard", "Account manager", _REP, Type.PART_TIME),
        ("Élise Fabre", "Account manager", _REP, Type.DUTIFUL),
    ),
    *_team(
        "Inside Sales",
        ("Graham Pike", "Head of Inside Sales", _MANAGER, Type.NEVER_STARTED),
        ("Holly Marsh", "Inside sales", _REP, Type.DUTIFUL),
        ("Ewan Reid", "Inside sales", _REP, Type.DUTIFUL),
        ("Jasmine Kaur", "Inside sales", _REP, Type.DUTIFUL),
        ("Beth Lowe", "Inside sales", "power_user", Type.STEADY),
        ("Imogen Hart", "Inside sales", _REP, Type.LAPSED),
        ("Dylan Price", "Inside sales", _REP, Type.ON_LEAVE),
    ),
    *_team(
        "Key Accounts",
        ("Antoine Rey", "Head of Key Accounts", _MANAGER, Type.OCCASIONAL),
        ("Sylvie Carron", "Key account manager", _REP, Type.REVERTING),
        ("Marc Oberlin", "Key account manager", _REP, Type.REVERTING),
        ("Claire Besson", "Key account manager", _REP, Type.REVERTING),
        ("Nicolas Vidal", "Key account manager", _REP, Type.LAPSED),
        ("Ingrid Holm", "Key account manager", _REP, Type.STEADY),
    ),
    *_team(
        "Service",
        ("Sven Olsen", "Head of Service", _HEAD, Type.KEEN),
        ("Tom Reuter", "Service engineer", _AGENT, Type.KEEN),
        ("Nadia Haddad", "Service desk", _AGENT, Type.STEADY),
        ("Emma Clarke", "Service desk", _AGENT, Type.PART_TIME),
        ("Rashid Malik", "Service engineer", _AGENT, Type.KEEN),
        ("Patrick Doyle", "Service desk", _AGENT, Type.PART_TIME),
        ("Chloe Burns", "Service desk", _AGENT, Type.ON_LEAVE),
        ("Liam Foster", "Service desk", _AGENT, Type.NEW),
    ),
    *_team(
        "Field Service",
        ("Dirk Hansen", "Head of Field Service", _HEAD, Type.STEADY),
        ("Frank Petersen", "Field engineer", _AGENT, Type.STRUGGLING),
        ("Ayşe Demir", "Field engineer", _AGENT, Type.STRUGGLING),
        ("Holger Kuhn", "Field engineer", _AGENT, Type.STRUGGLING),
        ("Milan Kovac", "Field engineer", _AGENT, Type.STRUGGLING),
        ("Stefan Witt", "Field engineer", _AGENT, Type.NEVER_STARTED),
        ("Birgit Sommer", "Dispatcher", _AGENT, Type.STEADY),
        ("Paul Jansen", "Field engineer", _AGENT, Type.IDLE),
    ),
    *_team(
        "Marketing and operations",
        ("Marta Ruiz", "Head of Marketing", "marketer", Type.KEEN),
        ("Felix Braun", "Events", "marketer", Type.STEADY),
        ("Rosa Keller", "Roll-out lead", "rollout_lead", Type.KEEN),
        ("Daniel Cho", "Data steward", "data_steward", Type.KEEN),
        ("Petra Vogel", "Data entry", _ENTRY, Type.STEADY),
        ("Sam Fischer", "IT", "administrator", Type.OCCASIONAL),
        ("Nora Lindqvist", "Campaigns", "marketer", Type.SLIPPING),
        ("Bernd Hagen", "Facilities, chair of the staff council", "staff_council", Type.APART),
    ),
    *_team(
        "Order Desk",
        ("Sandrine Leroux", "Head of the order desk", _HEAD, Type.STEADY),
        ("Mathis Colin", "Orders", _ENTRY, Type.STEADY),
        ("Lucie Perrin", "Orders", _ENTRY, Type.PART_TIME),
        ("Yann Guérin", "Orders", _ENTRY, Type.NEVER_STARTED),
        ("Noémie Roche", "Orders", _ENTRY, Type.DUTIFUL),
        ("Odile Marchand", "Orders", _ENTRY, Type.LAPSED),
        ("Rémi Faure", "Orders", _ENTRY, Type.STEADY),
    ),
)
LONDON = {"Oliver Grant", "Priya Shah"}


def staff(people: int) -> tuple[Colleague, ...]:
    """So many people: the sixty who are named here, and in a larger company more teams that are modelled on theirs."""
    named = [replace(one, zone_of="Europe/London") if one.name in LONDON else one for one in STAFF]
    return (*named, *islice(_more(), max(0, people - len(named))))


def teams_of(colleagues: tuple[Colleague, ...]) -> tuple[tuple[str, str], ...]:
    """The teams in which they are, with their sites, in the order in which they are made."""
    found = dict.fromkeys(one.team for one in colleagues if one.team != COMPANY)
    return tuple((name, SITES[name.rstrip("0123456789 ")]) for name in found)


def _more() -> Iterator[Colleague]:
    """Colleagues without end: the same teams again, with other names and a number."""
    models = [one for one in STAFF if one.team != COMPANY]
    numbers = count(1)
    for round_ in count(2):
        for model in models:
            number = next(numbers)
            land = LANDS[number % len(LANDS)]
            first = land.first_names[number * 7 % len(land.first_names)]
            last = land.last_names[number * 11 % len(land.last_names)]
            yield replace(model, name=f"{first} {last}", team=f"{model.team} {round_}", number=number)
