import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from keen.lib import emails


@pytest.mark.parametrize(
    ("raw", "address", "domain"),
    [
        ("Anna.Berg@Nord.EXAMPLE", "Anna.Berg@nord.example", "nord.example"),
        (" anna@nord.example ", "anna@nord.example", "nord.example"),
        ("Anna Berg <anna@nord.example>", "anna@nord.example", "nord.example"),
        ("mailto:anna@nord.example?subject=x", "anna@nord.example", "nord.example"),
        ("anna@xn--mnchen-3ya.de", "anna@münchen.de", "münchen.de"),
        ("анна@nord.example", "анна@nord.example", "nord.example"),
        ("anna\u200b@nord.example", "anna@nord.example", "nord.example"),
    ],
)
def test_an_address_is_read_with_its_domain_in_lower_case(raw: str, address: str, domain: str):
    parsed = emails.parse(raw)

    assert (parsed.address, parsed.domain, parsed.valid, parsed.reason) == (address, domain, True, "")


@pytest.mark.parametrize(
    "raw",
    ["", "anna", "anna@", "@nord.example", "a@b", "a b@nord.example", "a..b@nord.example", "a@nord.example,b@nord.example",
     "a@x.local", "x" * 400 + "@nord.example", "a@-nord.example", "a@nord.example."],
)  # fmt: skip
def test_what_is_no_address_has_a_reason(raw: str):
    parsed = emails.parse(raw)

    assert (parsed.address, parsed.valid) == ("", False)
    assert parsed.reason


def test_an_exchange_name_is_told_from_a_typing_error():
    parsed = emails.parse("/o=Nord/ou=First Administrative Group/cn=Recipients/cn=anna")

    assert not parsed.valid
    assert "Exchange" in parsed.reason


ALMOST = st.from_regex(r"[A-Za-z0-9._+-]{1,12}@[A-Za-z0-9.-]{1,20}\.[a-zA-Z]{1,6}", fullmatch=True)


@settings(max_examples=400)
@given(ALMOST)
def test_the_short_way_says_the_same_as_the_whole_standard(raw: str):
    try:
        checked = validate_email(raw, check_deliverability=False)
        expected = f"{checked.local_part}@{checked.domain.lower()}"
    except EmailNotValidError:
        expected = ""

    assert emails.parse(raw).address == expected


@given(st.text(max_size=80))
def test_parsing_never_fails_and_says_either_an_address_or_a_reason(raw: str):
    parsed = emails.parse(raw)

    assert bool(parsed.address) == parsed.valid == (not parsed.reason)
    assert emails.parse(parsed.address).address == parsed.address


def test_free_mail_says_nothing_about_the_employer():
    assert emails.company_domain("anna@gmail.com") == ""
    assert emails.company_domain("anna@Nord.example") == "nord.example"
    assert emails.company_domain("anna") == ""
    assert emails.domain("a@b@Nord.example") == "nord.example"
    assert emails.parse("Anna@Nord.example").key == "anna@nord.example"
