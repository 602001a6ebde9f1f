"""Opportunities, leads, products, prices and quotes as the workbench knows them."""

from decimal import Decimal

from keen.lib.errors import RuleError
from keen.people.records import NUMBERS, REACH
from keen.records.declare import HISTORY, OWNERSHIP, Field, Kind, Offer, RecordType
from keen.records.domain.moments import Moment
from keen.sales.domain import leads, pricing, quotes
from keen.sales.domain.leads import Status
from keen.sales.domain.pipeline import CERTAIN, FORECASTS
from keen.sales.domain.reasons import ALL
from keen.sales.models import Lead, Opportunity, Price, PriceBook, Product, Quote
from keen.sales.models.opportunities import TYPES
from keen.sales.models.pipelines import pipelines
from keen.sales.models.products import MANAGE, taxes


def _stages() -> Offer:
    found = pipelines()
    return Offer(found.choices, found.retired)


def _pipelines() -> Offer:
    found = pipelines()
    archived = {pipeline.key for pipeline in found.all} - {pipeline.key for pipeline in found.offered}
    return Offer(tuple((pipeline.key, pipeline.name) for pipeline in found.all), frozenset(archived))


def _percent(value: Decimal | None) -> Decimal | None:
    if value is not None and not 0 <= value <= CERTAIN:
        raise RuleError(
            "not_a_number", "A probability lies between 0 and 100 percent.", "probability_by_hand"
        )
    return value


# The subject of the activity that comes next.
STEP = ("activity.subject",)
OPPORTUNITY = RecordType(
    kind="opportunity",
    model=Opportunity,
    label="Deal",
    plural="Deals",
    icon="briefcase",
    code="O",
    path="opportunities",
    order="-created_at",
    name_field="name",
    importable=True,
    modes=(("Board", "board=1", "layout-kanban"),),
    tabs=(
        ("My open", "closed_at.empty=1&owner=me"),
        ("Closing this month", "closed_at.empty=1&close_date.until=month"),
        ("No next step", "closed_at.empty=1&next_step_on.empty=1"),
        ("Longer than usual", "stale_on.until=today"),
    ),
    empty="What you may sell, to whom, for how much and by when. Each deal says what its stage needs, and what comes next.",
    declared=(
        Field("name", "Name", listed=True, required=True, quick=True, most=200,
              synonyms=("deal", "deal name", "opportunity", "opportunity name", "objective", "title")),
        Field("account", "Account", Kind.REFERENCE, to="account", shadow="account_name", listed=True, sorts=True,
              quick=True, synonyms=("company", "organisation", "account name", "customer", "firma")),
        Field("amount", "Amount", Kind.MONEY, listed=True, sorts=True, quick=True, weighs="value",
              synonyms=("value", "deal value", "forecastrevenue", "revenue", "betrag", "montant", "importe")),
        Field("stage", "Stage", Kind.CHOICE, listed=True, quick=True, live=_stages,
              synonyms=("stagename", "deal stage", "sales stage", "phase", "status")),
        Field("close_date", "Close date", Kind.DATE, listed=True, sorts=True, quick=True,
              help="The day on which they say yes or no.", synonyms=("closedate", "expected close date", "abschluss")),
        Field("next_step_on", "Next step", Kind.DATE, listed=True, sorts=True, editable=False),
        Field("next_step", "What is next", editable=False, filtered=False, tells=STEP),
        Field("type", "Type", Kind.CHOICE, choices=TYPES, synonyms=("opportunity type", "deal type")),
        Field("competitors", "Competitors", Kind.TAGS, synonyms=("main competitors", "competitor")),
        Field("description", "About", Kind.LONG_TEXT, section="Background", filtered=False,
              synonyms=("notes", "description", "comment")),
        Field("pipeline", "Pipeline", Kind.CHOICE, section="Chances", editable=False, live=_pipelines, tells=("stage",)),
        Field("probability", "Probability in percent", Kind.NUMBER, section="Chances", editable=False, sorts=False,
              tells=("stage",)),
        Field("probability_by_hand", "Probability by hand", Kind.NUMBER, section="Chances", check=_percent,
              help="From 0 to 100. Empty: that of the stage.", synonyms=("probability", "probability %")),
        Field("forecast_category", "Forecast", Kind.CHOICE, section="Chances", editable=False, choices=FORECASTS, tells=("stage",)),
        Field("forecast_by_hand", "Forecast by hand", Kind.CHOICE, section="Chances", choices=FORECASTS[:3] + FORECASTS[4:],
              help="Empty: that of the stage.", synonyms=("forecast category",)),
        Field("value", "Value in the company's currency", Kind.NUMBER, section="Chances", editable=False, tells=("amount",)),
        Field("weighted", "Weighted value", Kind.NUMBER, section="Chances", editable=False, synonyms=("expected revenue",),
              tells=("amount", "value", "probability", "stage")),
        Field("reason", "Reason", Kind.CHOICE, section="Outcome", choices=ALL, synonyms=("won reason", "lost reason", "loss reason")),
        Field("closed_at", "Decided", Kind.DATETIME, section="Outcome", editable=False),
        Field("stage_since", "At this stage since", Kind.DATETIME, section="Who", editable=False),
        Field("stale_on", "Longer than usual from", Kind.DATE, section="Who", editable=False, sorts=True),
        Field("lines", "Lines", Kind.LINES, filtered=False, editable=False, tells=("amount",)),
        *OWNERSHIP,
        Field("external_id", "Id elsewhere", section="Who", most=120, synonyms=("id", "record id", "opportunity id", "deal id")),
        *HISTORY,
    ),
)  # fmt: skip


def _statuses() -> Offer:
    return Offer(leads.STATUSES, frozenset({Status.CONVERTED.value}))


LEAD = RecordType(
    kind="lead",
    model=Lead,
    label="Lead",
    plural="Leads",
    icon="user-plus",
    code="L",
    path="leads",
    order="-created_at",
    name_field="last_name",
    mergeable=True,
    importable=True,
    stands_for="contact",
    tabs=(
        ("New", "status=new"),
        ("My open", "owner=me&status.not=converted,unqualified"),
        ("Promise missed", "first_touch_at.empty=1&promised_at.until=now&status.not=converted,unqualified"),
        ("Most promising", "status.not=converted,unqualified&sort=-score"),
    ),
    empty="People who may become customers: from your web form, a fair, a list. Each says how promising it is, and why.",
    declared=(
        Field("first_name", "First name", quick=True, most=80, synonyms=("given name", "vorname", "prénom", "nombre")),
        Field("last_name", "Last name", required=True, quick=True, most=120,
              synonyms=("surname", "family name", "nachname", "nom", "apellidos", "name")),
        Field("company", "Company", listed=True, sorts=False, quick=True, most=200,
              synonyms=("account", "account name", "organisation", "firma", "company name")),
        Field("job_title", "Job title", quick=True, most=120, synonyms=("title", "position", "role", "funktion")),
        Field("status", "Status", Kind.CHOICE, listed=True, live=_statuses, synonyms=("lead status", "stage")),
        Field("score", "Score", Kind.NUMBER, listed=True, sorts=True, editable=False,
              help="From 0 to 100, by rules that the page of each lead names."),
        Field("reason", "Why it is no fit", Kind.CHOICE, choices=leads.REASONS, synonyms=("unqualified reason", "lost reason")),
        Field("emails", "E-mail", Kind.EMAILS, section="Reach", listed=True, quick=True, labels=REACH,
              synonyms=("e-mail", "mail", "e-mail address")),
        Field("phones", "Phone", Kind.PHONES, section="Reach", quick=True, labels=NUMBERS,
              synonyms=("telephone", "telefon", "mobile")),
        Field("addresses", "Address", Kind.ADDRESSES, section="Reach", labels=("work", "home", "other")),
        Field("city", "City", editable=False, section="Reach"),
        Field("country", "Country", editable=False, section="Reach"),
        Field("website", "Website", Kind.URL, section="Reach", synonyms=("web page", "url")),
        Field("description", "What they need", Kind.LONG_TEXT, section="Background", filtered=False,
              synonyms=("notes", "description", "message", "comment")),
        Field("campaign", "Campaign", most=120, synonyms=("campaign name", "utm_campaign")),
        Field("tags", "Tags", Kind.TAGS, synonyms=("categories", "keywords")),
        Field("next_step_on", "Next step", Kind.DATE, listed=True, sorts=True, editable=False),
        Field("next_step", "What is next", editable=False, filtered=False, tells=STEP),
        Field("first_touch_at", "First touch", Kind.DATETIME, section="Who", editable=False),
        Field("promised_at", "Promised by", Kind.DATETIME, section="Who", editable=False, sorts=True),
        Field("converted_at", "Converted", Kind.DATETIME, section="Became", editable=False),
        Field("account", "Account", Kind.REFERENCE, section="Became", to="account", shadow="account_name", editable=False),
        Field("contact", "Contact", Kind.REFERENCE, section="Became", to="contact", shadow="contact_name", editable=False),
        Field("opportunity", "Deal", Kind.REFERENCE, section="Became", to="opportunity", shadow="opportunity_name",
              editable=False),
        *OWNERSHIP,
        Field("external_id", "Id elsewhere", section="Who", most=120, synonyms=("id", "record id", "lead id")),
        Field("external_ids", "Ids in other systems", Kind.IDS, section="Who", synonyms=("external ids", "ids elsewhere"),
              help="The system and its id, like sap:4711. Separate several with commas."),
        *HISTORY,
    ),
    moments=(
        Moment("reason", when_field="status", when_value=Status.UNQUALIFIED.value, required=True, decision=leads.WHY_ASKED),
    ),
)  # fmt: skip


def _taxes() -> Offer:
    return Offer(tuple((one.key, f"{one.name}, {one.percent.normalize():f} %") for one in taxes()))


def _currency(value: str) -> str:
    found = value.strip().upper()
    if found and not (len(found) == 3 and found.isascii() and found.isalpha()):
        raise RuleError("not_a_currency", "Write the currency as three letters, such as EUR.", "currency")
    return found


def _price(value: Decimal | None) -> Decimal | None:
    if value is not None and (value < 0 or value != round(value, 4)):
        raise RuleError("not_a_number", "A price is 0 or more, with at most four decimals.", "price")
    return value


PRODUCT = RecordType(
    kind="product",
    model=Product,
    label="Product",
    plural="Products",
    icon="category",
    code="R",
    path="products",
    order="-updated_at",
    name_field="name",
    importable=True,
    power=MANAGE,
    tabs=(("On offer", "active=yes"),),
    empty="What you sell. Import a list, or add the first one; what it costs stands in price books.",
    declared=(
        Field("name", "Name", required=True, quick=True, most=200, synonyms=("product", "product name", "article", "artikel", "title")),
        Field("number", "Number", listed=True, quick=True, most=60,
              synonyms=("product code", "sku", "article number", "part number", "artikelnummer", "productcode", "code")),
        Field("unit", "Unit", listed=True, quick=True, most=20, synonyms=("quantity unit of measure", "uom", "einheit")),
        Field("tax_class", "Tax", Kind.CHOICE, listed=True, quick=True, live=_taxes, synonyms=("tax class", "vat", "steuer")),
        Field("family", "Family", listed=True, quick=True, most=60, synonyms=("product family", "category", "group", "gruppe")),
        Field("active", "On offer", Kind.BOOLEAN, listed=True, synonyms=("is active", "isactive", "active")),
        Field("description", "About", Kind.LONG_TEXT, section="Background", filtered=False, synonyms=("description", "notes")),
        *OWNERSHIP,
        Field("external_id", "Id elsewhere", section="Who", most=120, synonyms=("id", "record id", "product id")),
        *HISTORY,
    ),
)  # fmt: skip
PRICE_BOOK = RecordType(
    kind="price_book",
    model=PriceBook,
    label="Price book",
    plural="Price books",
    icon="tag",
    code="B",
    path="price-books",
    order="-updated_at",
    name_field="name",
    importable=True,
    power=MANAGE,
    empty="Prices in one currency, for a time. One of them is the standard: deals start with it.",
    declared=(
        Field("name", "Name", required=True, quick=True, most=120, synonyms=("price book", "price book name", "pricebook name")),
        Field("currency", "Currency", listed=True, required=True, quick=True, most=3, check=_currency,
              help="Three letters, such as EUR.", synonyms=("currency code", "currencyisocode", "währung")),
        Field("valid_from", "Holds from", Kind.DATE, listed=True, quick=True),
        Field("valid_until", "Holds until", Kind.DATE, listed=True, quick=True),
        Field("standard", "Standard", Kind.BOOLEAN, listed=True, editable=False),
        *OWNERSHIP,
        Field("external_id", "Id elsewhere", section="Who", most=120, synonyms=("id", "record id", "pricebook2id")),
        *HISTORY,
    ),
)  # fmt: skip
PRICE = RecordType(
    kind="price",
    model=Price,
    label="Price",
    plural="Prices",
    icon="tag",
    code="E",
    path="prices",
    order="-updated_at",
    name_field="product",
    importable=True,
    power=MANAGE,
    empty="What one unit of a product costs in a price book, without tax. Import a whole list at once.",
    declared=(
        Field("product", "Product", Kind.REFERENCE, to="product", shadow="product_name", required=True, quick=True,
              synonyms=("product name", "article", "product2id")),
        Field("book", "Price book", Kind.REFERENCE, to="price_book", shadow="book_name", listed=True, required=True, quick=True,
              synonyms=("price book name", "pricebook", "pricebook2id")),
        Field("price", "Price", Kind.NUMBER, listed=True, sorts=False, required=True, quick=True, check=_price,
              help="For one unit, without tax.", synonyms=("unit price", "list price", "unitprice", "preis")),
        *OWNERSHIP,
        Field("external_id", "Id elsewhere", section="Who", most=120, synonyms=("id", "record id", "pricebookentryid")),
        *HISTORY,
    ),
)  # fmt: skip
QUOTE = RecordType(
    kind="quote",
    model=Quote,
    label="Quote",
    plural="Quotes",
    icon="file",
    code="Q",
    path="quotes",
    order="-created_at",
    name_field="number",
    mirror=True,
    tabs=(
        ("Drafts", "status=draft"),
        ("Waiting for an answer", "status=sent"),
        ("Accepted", "status=accepted"),
    ),
    empty="What you offered. A quote is made on the page of its deal, from the lines there.",
    declared=(
        Field("number", "Number", most=30),
        Field("revision", "Version", Kind.NUMBER),
        Field("status", "Status", Kind.CHOICE, listed=True, choices=quotes.STATUSES),
        Field("opportunity", "Deal", Kind.REFERENCE, to="opportunity", shadow="opportunity_name", listed=True),
        Field("account", "Account", Kind.REFERENCE, to="account", shadow="account_name", listed=True),
        Field("contact", "Contact", Kind.REFERENCE, to="contact", shadow="contact_name"),
        Field("email", "Sent to", most=254),
        Field("gross", "Total", Kind.AMOUNT, listed=True, currency="currency"),
        Field("net", "Net", Kind.AMOUNT, section="Amounts", currency="currency"),
        Field("tax", "Tax", Kind.AMOUNT, section="Amounts", currency="currency"),
        Field("currency", "Currency", section="Amounts", most=3),
        Field("valid_until", "Valid until", Kind.DATE, listed=True),
        Field("sent_at", "Sent", Kind.DATETIME),
        Field("looks", "Times opened", Kind.NUMBER, listed=True),
        Field("looked_at", "Last opened", Kind.DATETIME),
        Field("decided_at", "Answered", Kind.DATETIME),
        Field("decided_name", "Answered by", most=120),
        Field("reason", "Reason", most=500),
        Field("introduction", "Introduction", Kind.LONG_TEXT, section="Text", filtered=False),
        Field("terms", "Terms", Kind.LONG_TEXT, section="Text", filtered=False),
        Field("lines", "Lines", Kind.LINES, filtered=False),
        Field("discount_way", "Discount in", Kind.CHOICE, section="Amounts", choices=pricing.WAYS),
        Field("discount", "Discount on the whole", Kind.NUMBER, section="Amounts"),
        Field("created_at", "Made", Kind.DATETIME, section="Who", editable=False),
        Field("updated_at", "Updated", Kind.DATETIME, section="Who", editable=False),
    ),
)  # fmt: skip
