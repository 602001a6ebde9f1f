"""Making fields cost less in one click."""

from typing import Any

import pytest

from keen.lib.errors import ForbiddenError
from keen.records.actions.fieldcuts import make_optional
from tests.factories.core import make_user
from tests.factories.fields import make_field
from tests.factories.records import create, undo

pytestmark = pytest.mark.django_db


def test_a_required_field_is_optional_until_that_is_taken_back(owner: Any) -> None:
    admin = make_user("administrator")
    field = make_field("Tier", asked="always", required=True, decision="Which price list holds.")
    told = make_optional(actor=admin.actor(), field_id=field.pk)
    create(owner)
    undo(admin, told)
    field.refresh_from_db()
    assert field.required
    assert "already" not in told.text


def test_nothing_is_written_for_one_that_is_optional_and_nobody_else_may(owner: Any) -> None:
    field = make_field("Tier")
    assert not make_optional(actor=make_user("administrator").actor(), field_id=field.pk).undo
    with pytest.raises(ForbiddenError):
        make_optional(actor=owner.actor(), field_id=field.pk)
