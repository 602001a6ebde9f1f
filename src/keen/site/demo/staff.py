"""The people who work at the demo company, Aurora Cooling: four teams at three sites, every role."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Colleague:
    """Somebody of the demo company. `pace` is how many things they record on a working day."""

    name: str
    job_title: str
    team: str
    role: str
    pace: float = 0.0
    leads: bool = False
    offered: str = ""
    zone: str = "Europe/Berlin"

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return f"{self.name.split()[0].casefold()}@aurora-cooling.example"


COMPANY = "Aurora Cooling"
TEAMS = (
    (COMPANY, None, "Hamburg"),
    ("Sales North", COMPANY, "Hamburg"),
    ("Sales West", COMPANY, "Lyon"),
    ("Service", COMPANY, "Manchester"),
    ("Marketing and operations", COMPANY, "Hamburg"),
)
STAFF = (
    Colleague("Ines Roth", "Chief executive", COMPANY, "executive", 0.2, leads=True,
              offered="Lead from one place, and see whether it is used"),
    Colleague("Kofi Mensah", "Head of Sales North", "Sales North", "sales_manager", 1.0, leads=True,
              offered="Run the week: who needs help, what is stuck"),
    Colleague("Maya Lind", "Account manager", "Sales North", "sales_rep", 4.0,
              offered="What to do next, and everything about the customer"),
    Colleague("Jonas Weber", "Account manager", "Sales North", "sales_rep", 2.2),
    Colleague("Lea Novak", "Senior account manager", "Sales North", "power_user", 4.5,
              offered="Help colleagues, try what is new first"),
    Colleague("Camille Laurent", "Head of Sales West", "Sales West", "sales_manager", 1.0, leads=True, zone="Europe/Paris"),
    Colleague("Hugo Morel", "Account manager", "Sales West", "sales_rep", 2.8, zone="Europe/Paris"),
    Colleague("Anna Petrov", "Account manager", "Sales West", "sales_rep", 3.2, zone="Europe/Paris"),
    Colleague("Oliver Grant", "Account manager", "Sales West", "sales_rep", 0.8, zone="Europe/London"),
    Colleague("Priya Shah", "Account manager", "Sales West", "sales_rep", 2.6, zone="Europe/London"),
    Colleague("Sven Olsen", "Head of Service", "Service", "service_manager", 0.8, leads=True,
              offered="Promises to customers on one page", zone="Europe/London"),
    Colleague("Tom Reuter", "Service engineer", "Service", "service_agent", 3.0,
              offered="Know the caller before the second sentence", zone="Europe/London"),
    Colleague("Nadia Haddad", "Service desk", "Service", "service_agent", 3.4, zone="Europe/London"),
    Colleague("Emma Clarke", "Service desk", "Service", "service_agent", 2.4, zone="Europe/London"),
    Colleague("Marta Ruiz", "Head of Marketing", "Marketing and operations", "marketer", 1.2, leads=True,
              offered="See what became of every lead"),
    Colleague("Felix Braun", "Events", "Marketing and operations", "marketer", 1.0),
    Colleague("Rosa Keller", "Roll-out lead", "Marketing and operations", "rollout_lead", 0.8,
              offered="Is it used, by whom, and where do they struggle?"),
    Colleague("Daniel Cho", "Data steward", "Marketing and operations", "data_steward", 1.4,
              offered="Clean records, and thanks for it"),
    Colleague("Petra Vogel", "Data entry", "Marketing and operations", "data_entry", 1.0,
              offered="Enter fast, hands on the keys"),
    Colleague("Sam Fischer", "IT", "Marketing and operations", "administrator", 0.4,
              offered="Import, invite, keep it healthy"),
)  # fmt: skip
