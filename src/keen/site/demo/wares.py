"""What the demo company sells and ships, and the words of its deals and papers. All of it is made up."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Product:
    """Something that deals are about. Prices begin at `least`; `spread` says how much larger the largest are.

    Units: euros.
    """

    name: str
    least: int
    spread: float = 1.6
    type: str = "new"
    weight: int = 4


PRODUCTS = (
    Product("Cold room for hall {n}", 24_000, 1.5, weight=6),
    Product("Blast freezer, line {n}", 46_000, 1.7, weight=4),
    Product("Cold store extension", 88_000, 1.6, weight=2),
    Product("CO₂ refit of the compressors", 62_000, 1.7, weight=3),
    Product("Dock doors, gate {n}", 9_400, 2.2, "existing", 5),
    Product("Sensors and gateway, {d} points", 3_900, 2.0, "existing", 6),
    Product("Heat recovery", 31_000, 1.9, weight=3),
    Product("Night covers for the display cases", 2_600, 2.4, "existing", 4),
    Product("Temperature log for the audit", 4_800, 2.4, weight=4),
    Product("Controller for {n} zones", 6_200, 2.3, "existing", 4),
    Product("Spare parts agreement", 7_500, 2.2, "existing", 3),
    Product("New distribution centre", 260_000, 1.5, weight=1),
)
CONTRACTS = (
    Product("Maintenance contract, {n} years", 5_400, 2.0, weight=4),
    Product("Maintenance renewal", 4_200, 2.1, "renewal", 6),
    Product("Round-the-clock service", 12_500, 2.0, "existing", 2),
)
LARGEST = 1_400_000
COMPETITORS = ("Polar Kältetechnik", "Frigotec", "Northern Chill", "Glacier Systems", "Thermexa")
# What comes next for a deal, by how far it is: the kind of activity, and the words.
STEPS = (
    (("call", "First talk: {what}"), ("task", "Find out who decides: {what}"), ("meeting", "Site visit: {what}")),
    (("call", "Ask for the budget: {what}"), ("meeting", "Go through the needs: {what}"), ("task", "Collect the figures: {what}")),
    (("task", "Send the offer: {what}"), ("call", "Talk the offer over: {what}"), ("meeting", "Show the calculation: {what}")),
    (("call", "Ask for the signature: {what}"), ("task", "Send the contract: {what}"), ("call", "Settle the last points: {what}")),
)  # fmt: skip
ROLES = (
    ("decides", ("Managing Director", "Head of Logistics", "Head of Production", "Operations Manager")),
    ("signs", ("Head of Finance", "Purchasing", "Accounting")),
    ("uses", ("Warehouse Manager", "Plant Manager", "Facility Manager", "Maintenance", "Site Manager")),
    ("checks", ("Quality Manager", "Project Engineer", "Assistant to the board")),
)
WON = (
    ("won_fit", 30),
    ("won_trust", 24),
    ("won_service", 18),
    ("won_speed", 14),
    ("won_price", 10),
    ("won_other", 4),
)
LOST = (
    ("lost_price", 26), ("lost_competitor", 20), ("lost_no_decision", 20), ("lost_no_budget", 14), ("lost_timing", 12),
    ("lost_missing", 5), ("lost_other", 3),
)  # fmt: skip


@dataclass(frozen=True)
class Article:
    """A line of orders. Units: euros; `most` is how many of it one orders at the most."""

    number: str
    text: str
    price: Decimal
    most: int


ARTICLES = tuple(
    Article(number, words, Decimal(price), most)
    for number, words, price, most in (
        ("CB-40", "Cold box, 40 l", "89.00", 60),
        ("CB-120", "Cold box, 120 l", "214.00", 30),
        ("DS-21", "Door seal, 2.1 m", "46.50", 24),
        ("TS-2", "Temperature sensor, twin", "128.00", 20),
        ("GW-8", "Gateway for 8 sensors", "540.00", 4),
        ("FAN-63", "Evaporator fan, 630 mm", "412.00", 6),
        ("CMP-9", "Compressor, 9 kW", "3980.00", 2),
        ("CTL-4", "Controller for four zones", "1260.00", 3),
        ("SC-25", "Strip curtain, 2 x 2.5 m", "310.00", 8),
        ("FIL-12", "Filters, set of 12", "74.00", 30),
        ("REF-10", "Refrigerant R449A, 10 kg", "398.00", 10),
        ("LED-C", "Cold room lamp", "138.00", 24),
        ("SRV-H", "Service, hour", "92.00", 16),
    )
)
CARRIERS = {
    "DE": ("DHL Freight", "JJD0{n}"),
    "FR": ("Geodis", "GD{n}FR"),
    "GB": ("DPD", "1550{n}"),
}
METHODS = ("Bank transfer", "Bank transfer", "Bank transfer", "Direct debit")
STRANGERS = (
    ("K104233", "Baltic Frost Handels GmbH", "einkauf@baltic-frost.example"),
    ("K118820", "Pêcheries du Ponant SARL", "commandes@ponant.example"),
    ("", "Harper & Sons Butchers", "orders@harper-butchers.example"),
    ("K133907", "Eishaus Wandsbek", ""),
    ("", "", "kontakt@markthalle-kiel.example"),
)
"""Customers of the ordering system whom nobody has in Keen."""
