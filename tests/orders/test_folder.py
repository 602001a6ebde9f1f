"""The watched folder: read once, whatever happens."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from keen.orders.actions import folder, intake
from keen.orders.models import Intake, Order
from tests.factories.orders import bring

pytestmark = pytest.mark.django_db
HEAD = "Order number;Customer number;Total\n"


@pytest.fixture
def drop(tmp_path: Path, monkeypatch: Any) -> Path:
    """The watched folder of this test."""
    monkeypatch.setattr(settings.KEEN, "data", tmp_path)
    return folder.place()


def put(drop: Path, name: str, text: str, age: float = 60) -> Path:
    path = drop / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    os.utime(path, (time.time() - age,) * 2)
    return path


@pytest.fixture
def later(monkeypatch: Any) -> None:
    """A minute later, so that files are quiet: the time of their making cannot be set."""
    now = time.time
    monkeypatch.setattr(folder.time, "time", lambda: now() + 60)


def test_a_name_that_is_no_text_or_too_long_keeps_no_other_file_waiting(drop: Path, later: None) -> None:
    long = put(drop, "\u8ba2" * 83 + ".csv", f"{HEAD}A;1;1,50\nA2;1;x\n")
    Path(os.fsdecode(os.fsencode(drop) + b"/Auftr\xe4ge.csv")).write_text(f"{HEAD}B;1;2,50\n")
    put(drop, "\u9fff.csv", f"{HEAD}C;1;2,50\n")

    assert folder.read_all() == 3

    assert not long.exists()
    assert sorted(Order.objects.values_list("number", flat=True)) == ["A", "B", "C"]
    assert "Auftr\ufffdge.csv" in Intake.objects.values_list("name", flat=True)


def test_a_file_is_read_and_put_away_with_what_stayed_out(drop: Path, later: None, vela: Any) -> None:
    put(drop, "orders.csv", f"{HEAD}A;K-4711;1,50\nB;K-4711;x\n")

    assert folder.read_all() == 1

    done = sorted(path.name for path in (drop / "done").iterdir())
    assert len(done) == 2
    assert done[0].endswith(".csv")
    assert "B,K-4711,x" in (drop / "done" / done[0]).read_text() + (drop / "done" / done[1]).read_text()
    assert Order.objects.get().account_id == vela.pk
    assert folder.read_all() == 0


def test_a_folder_inside_names_the_system(drop: Path, later: None) -> None:
    put(drop, "Shop/orders.csv", f"{HEAD}A;1;1\n")
    folder.read_all()

    assert Order.objects.get().system == "Shop"


def test_what_is_still_written_hidden_or_no_table_is_left_alone(drop: Path) -> None:
    put(drop, "new.csv", f"{HEAD}A;1;1\n")  # made just now, whatever its date says
    put(drop, ".draft.csv", HEAD)
    put(drop, "letter.pdf", "x")

    assert folder.read_all() == 0
    assert {path.name for path in drop.iterdir()} == {"new.csv", ".draft.csv", "letter.pdf"}


def test_one_that_cannot_be_read_says_why_and_the_next_has_its_turn(drop: Path, later: None) -> None:
    put(drop, "a.csv", "Thing;Whom\nx;y\n")
    put(drop, "b.csv", f"{HEAD}A;1;1\n")

    assert folder.read_all() == 1

    why = next(path for path in (drop / "failed").iterdir() if path.suffix == ".txt")
    assert why.read_text() == "No column holds the order number. Say which one does.\n"
    assert Intake.objects.filter(state="failed").count() == 1


def test_the_same_content_again_is_not_read_again(drop: Path, later: None) -> None:
    put(drop, "a.csv", f"{HEAD}A;1;1\n")
    folder.read_all()
    put(drop, "again.csv", f"{HEAD}A;1;1\n")

    assert folder.read_all() == 0
    assert (Intake.objects.count(), list(drop.glob("*.csv"))) == (1, [])


def test_a_file_that_was_half_read_is_gone_on_with(drop: Path, later: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(intake, "BATCH", 2)
    path = put(drop, "a.csv", HEAD + "".join(f"{number};1;{number}\n" for number in range(5)))
    begun = intake.begin_in_folder(path=path, name="a.csv", sha256=folder.files.sha256(path), system="ERP")
    read = folder.files.read(path, "a.csv", folder.files.Wish("ERP"))
    intake._start(begun, read)
    intake._batch(begun, read.papers[:2])  # and here the power went

    folder.read_all()

    done = Intake.objects.get()
    assert (done.state, done.cursor, done.counts, Order.objects.count()) == (
        "done",
        5,
        {"created": 5, "refused": 0},
        5,
    )
    assert done.operation.changes.count() == 5


def test_two_readers_of_one_file_do_not_write_twice(drop: Path) -> None:
    path = put(drop, "a.csv", f"{HEAD}A;1;1\n")
    mine = intake.begin_in_folder(path=path, name="a.csv", sha256="x", system="ERP")
    theirs = Intake.objects.get(pk=mine.pk)
    intake.load(theirs, path)

    read = folder.files.read(path, "a.csv", folder.files.Wish("ERP"))
    with pytest.raises(intake.LostIntakeError):
        intake._batch(mine, read.papers)
    assert Order.objects.count() == 1


KILLED = """
import os, sys
sys.path[:0] = ["src", "."]
import django
django.setup()
from keen.core.models import Change
from keen.orders.actions import folder, intake
intake.BATCH = 20
whole, seen = intake._batch, []
def batch(*given):
    whole(*given)
    seen.append(1)
    if len(seen) == 3:
        os.kill(os.getpid(), 9)
intake._batch = batch
folder.QUIET_SECONDS = 0
folder.read_all()
"""


@pytest.mark.long
@pytest.mark.sqlite
def test_a_process_that_is_killed_leaves_a_file_that_is_read_once(tmp_path: Path) -> None:
    env = {
        **os.environ,
        "KEEN_DATA": str(tmp_path),
        "KEEN_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "keen.site.settings",
    }
    run = [sys.executable, "-c"]
    migrate = "import sys; sys.path[:0]=['src']; import django; django.setup(); from django.core.management import call_command as c; c('migrate', verbosity=0)"
    subprocess.run([*run, migrate], env=env, check=True, timeout=120)
    place = tmp_path / "drop" / "orders"
    place.mkdir(parents=True)
    (place / "a.csv").write_text(HEAD + "".join(f"{number};1;{number}\n" for number in range(1, 101)))
    killed = subprocess.run([*run, KILLED], env=env, check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL

    count = (
        "import sys; sys.path[:0]=['src']; import django; django.setup(); from keen.orders.actions import folder; folder.QUIET_SECONDS=0;"
        "folder.read_all(); from keen.orders.models import Order, Intake; from keen.core.models import Change;"
        "print(Order.objects.count(), Intake.objects.count(), Intake.objects.get().counts['created'], Change.objects.filter(kind='order').count())"
    )
    told = subprocess.run(
        [*run, count], env=env, check=True, capture_output=True, text=True, timeout=120
    ).stdout

    assert told.split() == ["100", "1", "100", "100"]
    assert not list(place.glob("*.csv"))


def test_bringing_by_other_roads_is_no_matter(drop: Path, later: None) -> None:
    bring({"kind": "order", "number": "A", "currency": "EUR", "gross": "1", "customer_number": "1"})
    put(drop, "a.csv", f"{HEAD}A;1;1\n")
    folder.read_all()

    assert Intake.objects.get().counts == {"unchanged": 1, "refused": 0}
