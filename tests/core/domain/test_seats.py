import pytest

from keen.core.domain.rights import union
from keen.core.domain.roles import ROLES
from keen.core.domain.seats import Seat, seat


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("administrator", Seat.ADMINISTRATOR),
        ("data_steward", Seat.STEWARD),
        ("data_entry", Seat.STEWARD),
        ("sales_manager", Seat.SALES_LEAD),
        ("executive", Seat.EXECUTIVE),
        ("sales_rep", None),
        ("service_manager", None),
        ("marketer", None),
        ("reader", None),
        ("staff_council", None),
    ],
)
def test_the_part_in_the_company_is_read_off_the_rights(role: str, expected: Seat | None) -> None:
    assert seat(union([ROLES[role]])) is expected
