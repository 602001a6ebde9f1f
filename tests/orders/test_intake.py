"""Files and calls: begun, brought in, taken back, and how their systems are."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.orders.actions import intake
from keen.orders.domain import sent
from keen.orders.models import Intake, Order
from keen.orders.queries.feeds import feeds, feeds_vital, late
from tests.factories.orders import bring

pytestmark = pytest.mark.django_db
TEXT = "Order number;Status;Total\nA;Ordered;1,00\nB;Shipped;2,00\n"


@pytest.fixture
def loaded(steward: Any, tmp_path: Path) -> Intake:
    """A file that is in."""
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    made = intake.begin(actor=steward.actor(), stored=str(path), name="a.csv", sha256="1", system="ERP")
    return intake.load(made, path)


def test_taking_a_file_back_undoes_what_it_made_and_what_it_changed(steward: Any, tmp_path: Path) -> None:
    bring({"kind": "order", "number": "A", "gross": "9"})
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    made = intake.begin(actor=steward.actor(), stored=str(path), name="a.csv", sha256="1", system="ERP")
    done = intake.load(made, path)
    assert done.counts == {"created": 1, "updated": 1, "refused": 0}

    intake.take_back(actor=steward.actor(), intake_id=done.pk)

    assert Order.objects.living().get().gross == 9
    with pytest.raises(RuleError):
        intake.take_back(actor=steward.actor(), intake_id=done.pk)
    done.refresh_from_db()
    assert done.state == "undone"


def test_only_who_may_bring_orders_in_and_only_what_there_is(
    owner: Any, steward: Any, loaded: Intake
) -> None:
    with pytest.raises(ForbiddenError):
        intake.take_back(actor=owner.actor(), intake_id=loaded.pk)
    with pytest.raises(NotVisibleError):
        intake.take_back(actor=steward.actor(), intake_id=loaded.pk + 9)
    with pytest.raises(NotVisibleError):
        intake.discard(actor=steward.actor(), intake_id=loaded.pk)
    with pytest.raises(RuleError):
        intake.begin(actor=steward.actor(), stored="", name="", sha256="", system=" ")


def test_calls_of_a_day_are_one_line(steward: Any) -> None:
    papers = [sent.paper({"number": "1"}, "Shop")]
    for _ in range(3):
        intake.deliver(actor=steward.actor(), system="Shop", papers=papers)

    row = Intake.objects.get()
    assert (row.counts, row.total, row.road) == ({"created": 1, "unchanged": 2}, 3, "api")


def test_a_system_says_when_it_was_read_last_and_when_it_is_late(loaded: Intake) -> None:
    assert (late(), feeds()[0].total, feeds_vital().state) == ([], 2, "ok")

    Intake.objects.update(finished_at=timezone.now() - timedelta(days=2))

    assert late()[0].words.startswith("ERP: last read ")
    assert feeds_vital().state == "late"
    Intake.objects.create(
        system="ERP",
        road="folder",
        state="failed",
        message="Bad file.",
        created_at=timezone.now(),
        finished_at=timezone.now(),
    )
    assert (feeds_vital().state, late()[0].is_failing) == ("failing", True)


def test_without_any_system_nothing_is_wrong() -> None:
    assert (feeds(), feeds_vital().state) == ([], "ok")
