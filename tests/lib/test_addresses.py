from keen.lib.addresses import Address

BERLIN = Address(
    street="Hauptstraße 1\n2. Etage", city="Berlin", postal_code="10115", country="DE", label="work"
)


def test_an_address_survives_being_stored():
    assert Address.from_dict(BERLIN.to_dict()) == BERLIN
    assert Address.from_dict({"city": "Berlin", "unknown": 1, "street": None}) == Address(city="Berlin")


def test_the_postal_code_stands_where_the_country_puts_it():
    assert BERLIN.one_line() == "Hauptstraße 1, 2. Etage, 10115 Berlin, Germany"
    springfield = Address(
        street="1 Main St", city="Springfield", region="IL", postal_code="62701", country="US"
    )
    assert springfield.one_line("de") == "1 Main St, Springfield, IL 62701, Vereinigte Staaten"


def test_an_address_with_a_label_alone_is_none():
    assert not Address(label="work")
    assert Address(city="Berlin")


def test_an_address_written_in_another_way_has_the_same_key():
    other = Address(street="HAUPTSTR. 1\n2. Etage", city="berlin", postal_code="10 115")
    assert other.key() == BERLIN.key()
    assert (
        Address(street="12 North Avenue", city="York").key() == Address(street="12 N. Ave", city="York").key()
    )
    assert Address().key() == ""
