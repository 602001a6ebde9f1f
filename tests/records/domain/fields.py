"""The fields of a contact and of an account, as they are declared, for the tests of reading tables."""

from keen.records.domain import targets
from keen.records.domain.targets import FieldFacts

REACH = ("work", "private", "other")
NUMBERS = ("work", "mobile", "home", "fax", "other")

CONTACT = targets.of_fields(
    [
        FieldFacts("first_name", "First name", most=80, synonyms=("given name",)),
        FieldFacts("last_name", "Last name", most=120, synonyms=("surname", "name")),
        FieldFacts("salutation", "Salutation", most=20, synonyms=("title",)),
        FieldFacts("job_title", "Job title", most=120, synonyms=("title", "position")),
        FieldFacts("department", "Department"),
        FieldFacts("account", "Account", "reference", synonyms=("company",)),
        FieldFacts("emails", "E-mail", "emails", REACH),
        FieldFacts("phones", "Phone", "phones", NUMBERS),
        FieldFacts("addresses", "Address", "addresses", ("work", "home", "other")),
        FieldFacts("website", "Website", "url"),
        FieldFacts("language", "Language"),
        FieldFacts("birthday", "Birthday", "date"),
        FieldFacts("tags", "Tags", "tags"),
        FieldFacts("email_opt_out", "No e-mail", "boolean"),
        FieldFacts("do_not_call", "No calls", "boolean"),
        FieldFacts("description", "About", "long_text"),
        FieldFacts("owner", "Owner", "user"),
        FieldFacts("team", "Team", "team"),
        FieldFacts("reports_to", "Reports to", "reference"),
        FieldFacts("external_id", "Id elsewhere"),
        FieldFacts("source", "Source"),
        FieldFacts("seen_at", "Seen", "datetime"),
    ]
)
ACCOUNT = targets.of_fields(
    [
        FieldFacts("name", "Name"),
        FieldFacts(
            "type", "Type", "choice", choices=(("prospect", "Prospect"), ("customer", "Key customer"))
        ),
        FieldFacts("industry", "Industry"),
        FieldFacts("website", "Website", "url"),
        FieldFacts("emails", "E-mail", "emails", REACH),
        FieldFacts("phones", "Phone", "phones", NUMBERS),
        FieldFacts("addresses", "Address", "addresses", ("billing", "shipping", "work", "other")),
        FieldFacts("account_number", "Customer number"),
        FieldFacts("number_of_employees", "Employees", "number"),
        FieldFacts("parent", "Parent company", "reference"),
        FieldFacts("tags", "Tags", "tags"),
        FieldFacts("description", "About", "long_text"),
        FieldFacts("owner", "Owner", "user"),
        FieldFacts("external_id", "Id elsewhere"),
        FieldFacts("source", "Source"),
    ]
)
