"""The words of the demo company: names, places, trades and what people talk about. All of it is made up."""
# ruff: noqa: SIM905, RUF001  words read best as words, in their own letters

from dataclasses import dataclass


@dataclass(frozen=True)
class Land:
    """A country as the demo needs it."""

    code: str
    region: str
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    cities: tuple[tuple[str, str, str], ...]
    streets: tuple[str, ...]
    forms: tuple[str, ...]
    mobile: str
    domain: str
    language: str


GERMANY = Land(
    "DE",
    "DE",
    tuple("Anna Lukas Mia Jonas Emma Felix Hannah Leon Clara Paul Lena Max Sophie Finn Marie Elias Laura Noah Katrin "
          "Jürgen Sabine Uwe Heike Björn Sören Antje Mehmet Ayşe Agnieszka Piotr Dimitri Ines".split()),
    tuple("Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf "
          "Schröder Neumann Schwarz Zimmermann Braun Krüger Hartmann Lange Werner Krause Lehmann Köhler Maier Yılmaz "
          "Nowak Petersen Jansen Voß Groß Ahrens Lindemann".split()),
    (("Hamburg", "20457", "40"), ("Bremen", "28195", "421"), ("Berlin", "10115", "30"), ("Köln", "50667", "221"),
     ("München", "80331", "89"), ("Kiel", "24103", "431"), ("Leipzig", "04109", "341"), ("Hannover", "30159", "511")),
    ("Hafenstraße", "Lindenallee", "Am Speicher", "Industrieweg", "Seestraße", "Bahnhofstraße", "Werftring"),
    ("GmbH", "GmbH & Co. KG", "AG", "e. K."),
    "171",
    "example",
    "German",
)  # fmt: skip
FRANCE = Land(
    "FR",
    "FR",
    tuple("Camille Hugo Léa Louis Chloé Jules Manon Gabriel Inès Arthur Zoé Théo Élodie Étienne Amélie Benoît Céline "
          "François Hélène Maëlle Noémie Rémi Sylvie Yann Karim Samira".split()),
    tuple("Martin Bernard Dubois Moreau Laurent Simon Michel Lefèvre Leroy Roux David Bertrand Morel Fournier Girard "
          "Bonnet Dupont Lambert Fontaine Rousseau Vincent Müller Garnier Chevalier Benali Haddad Guérin".split()),
    (("Lyon", "69002", "4"), ("Lille", "59000", "3"), ("Nantes", "44000", "2"), ("Bordeaux", "33000", "5"),
     ("Grenoble", "38000", "4"), ("Marseille", "13002", "4"), ("Rennes", "35000", "2")),
    ("rue de la Gare", "quai des Docks", "avenue Victor Hugo", "rue du Port", "boulevard Carnot", "impasse des Lilas"),
    ("SARL", "SAS", "SA"),
    "6",
    "example",
    "French",
)  # fmt: skip
BRITAIN = Land(
    "GB",
    "GB",
    tuple("Oliver Amelia George Isla Harry Ava Jack Emily Jacob Grace Thomas Poppy Oscar Lily William Freya James "
          "Evie Priya Arjun Zainab Omar Siobhán Callum Rhys Niamh".split()),
    tuple("Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White "
          "Roberts Green Hall Wood Harris Khan O'Brien MacLeod Shah Clarke Begum Hughes".split()),
    (("Manchester", "M1 2AP", "161"), ("Leeds", "LS1 4AP", "113"), ("Bristol", "BS1 5TR", "117"),
     ("Glasgow", "G1 1XQ", "141"), ("Liverpool", "L3 4AA", "151"), ("Cardiff", "CF10 1EP", "29")),
    ("Dock Street", "Station Road", "Mill Lane", "Harbour Way", "Victoria Street", "Canal Side"),
    ("Ltd", "PLC", "LLP"),
    "7911",
    "example",
    "English",
)  # fmt: skip
LANDS = (GERMANY, FRANCE, BRITAIN)

STEMS = tuple(
    "Vela Orbit Brandt Lumo Halden Nordhafen Tarn Ostra Beller Kestrel Alba Merian Solveig Juniper Cobalt Fennel Larkin "
    "Delta Ambra Quill Rowan Sable Tiber Umbra Verde Winter Yarrow Zephyr Aster Birke Coral Dorn Ember Fjord Garbo Hazel "
    "Iris Jasper Koral Linde Mosel Neva Opal Pinne Quarz Rhone Salix Torf Ulme Volta Weser Xenia Ypsi Zimt Arden Basalt "
    "Cedar Dune Elbe Flint Ginster Hafen Indigo Jura Karst Lotse Marsch Nebel Oder Prisma Quelle Ried Sirius Talon "
    "Alster Brise Corvo Delphi Eiland Falke Gracht Horizon Isar Jolle Kupfer Lagune Mistral Nautilus Onyx Polder Quint "
    "Rotor Saline Tide Ursa Vesper Wolke Xylem Yukon Zenith Anker Brack Clover Drift Eisvogel Fanal Gneis Hansa Ivory "
    "Jade Kolibri Lorbeer Malve Narwal Orion Pampas Quasar Raute Sepia Turm Undine Vorland Wacholder Zander Abalone "
    "Bronze Cirrus Distel Esche Farn Granit Helm Impuls Kiesel Luchs Mergel Norden Opus Pylon Raps Schilf".split()
)
TRADES = (
    ("Foods", "Food production"),
    ("Logistics", "Logistics"),
    ("Labs", "Laboratories"),
    ("Retail", "Retail"),
    ("Pharma", "Pharmaceuticals"),
    ("Dairy", "Food production"),
    ("Flowers", "Horticulture"),
    ("Freight", "Logistics"),
    ("Fisheries", "Fishing"),
    ("Hotels", "Hospitality"),
    ("Catering", "Hospitality"),
    ("Breweries", "Beverages"),
)
JOBS = (
    "Head of Logistics", "Purchasing", "Managing Director", "Plant Manager", "Facility Manager", "Quality Manager",
    "Head of Finance", "Operations Manager", "Site Manager", "Maintenance", "Assistant to the board", "Head of Production",
    "Warehouse Manager", "Project Engineer", "Accounting",
)  # fmt: skip
DEPARTMENTS = (
    "Purchasing",
    "Production",
    "Logistics",
    "Quality",
    "Finance",
    "Technology",
    "Sales",
    "Board office",
)
TAGS = (
    "cold-chain",
    "newsletter",
    "trade fair 2026",
    "reference",
    "framework agreement",
    "spare parts",
    "VIP",
)
TOPICS = (
    "cold-chain rollout", "the hall plan", "May delivery", "spare parts", "the maintenance contract", "a second gate",
    "sensor calibration", "the site visit", "the offer", "energy figures", "the budget for next year", "the door seals",
    "the tender", "delivery dates", "the training of the night shift",
)  # fmt: skip
CALL_NOTES = (
    "Wants {topic} sorted before the end of the month. Price is fine.",
    "Asked about {topic}. Needs two references from the same trade.",
    "Happy so far. Their board talks about {topic} next week.",
    "Was short of time; we talk again about {topic}.",
    "Their old supplier stopped answering. Needs {topic} settled soon.",
    "Budget is agreed. All that is left open: {topic}.",
    "Complained about the late answer on {topic}. I promised it by Friday.",
    "Will send figures for {topic} by e-mail.",
)
MEETING_NOTES = (
    "Walked through hall {n}. Three cooling zones, one spare gate. The sticking point: {topic}.",
    "Showed the calculation. They compare {topic} with two others until the 15th.",
    "Everybody at the table, and agreed on {topic}. Next: the contract.",
    "Good hour. They want {topic} in writing.",
)
NOTES = (
    "Prefers to be called before nine.",
    "The assistant decides who gets through. Be kind to her.",
    "Moves to the new site in spring; no word about {topic} before then.",
    "Knows our technician from the last job and trusts him.",
    "Do not mention the old price list.",
)
TASKS = (
    "Send the offer for {topic}",
    "Clarify {topic} with the workshop",
    "Ask for a date for {topic}",
    "Write a summary of {topic}",
    "Check the price for {topic}",
    "Prepare {topic}",
)
MAILS = ("Re: {topic}", "Your question about {topic}", "Documents for {topic}", "Thank you for your time")
