"""What is wrong is said in one line before anything starts."""

import os
import socket
import sqlite3
from pathlib import Path

import pytest

from keen.site import preflight
from keen.site.config import PROJECT
from keen.site.management.commands.restore import onward
from keen.site.preflight import DEMO_COMPLETE, DEMO_MARK, Trouble


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KEEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KEEN_DATABASE_URL", "")
    monkeypatch.setenv("KEEN_DEMO", "")


@pytest.mark.parametrize("version", [(3, 7, 0), (3, 40, 1), (3, 44, 5), (3, 50, 6), (3, 51, 2)])
def test_a_sqlite_that_can_damage_the_database_is_refused(version: tuple[int, ...]) -> None:
    with pytest.raises(Trouble, match="can damage the database"):
        preflight.check_sqlite(version)


@pytest.mark.parametrize(
    "version", [(3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 53, 0), sqlite3.sqlite_version_info]
)
def test_a_mended_sqlite_is_taken(version: tuple[int, ...]) -> None:
    preflight.check_sqlite(version)


def test_an_old_python_is_refused() -> None:
    with pytest.raises(Trouble, match=r"3\.11 or newer and this is 3\.10"):
        preflight.check_python((3, 10))


def test_a_data_directory_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("KEEN_DATA", str(tmp_path / "file" / "data"))

    with pytest.raises(Trouble, match=r"file/data cannot be written \(Not a directory\): set KEEN_DATA"):
        preflight.prepare("serve", [])


def test_a_setting_that_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEN_UNDO_HOURS", "a day")

    with pytest.raises(Trouble, match=r"KEEN_UNDO_HOURS: Input should be a valid integer"):
        preflight.prepare("serve", [])


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(Trouble, match=rf"127\.0\.0\.1:{port} cannot be listened on"):
            preflight.check_port("127.0.0.1", port)
    preflight.check_port("127.0.0.1", port)


def test_the_demo_gets_a_place_of_its_own_and_never_the_real_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEEN_DATABASE_URL", "postgres://keen@db/customers")

    preflight.prepare("demo", ["--data", str(tmp_path / "demo")])

    names = ("KEEN_DATA", "KEEN_DEMO", "KEEN_DATABASE_URL")
    assert [os.environ[name] for name in names] == [str(tmp_path / "demo"), "1", ""]


@pytest.mark.parametrize("arguments", [[], ["--reset"]])
def test_the_demo_does_not_touch_a_directory_it_did_not_make(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "thesis.txt").write_text("Chapter 1")

    with pytest.raises(Trouble, match="files that no demo made"):
        preflight.prepare("demo", [f"--data={tmp_path}", *arguments])

    assert (tmp_path / "thesis.txt").read_text() == "Chapter 1"


def made_demo(place: Path) -> None:
    preflight.prepare("demo", ["--data", str(place)])
    (place / "keen.sqlite3").write_text("a company")


def test_the_demo_keeps_its_data_until_it_is_reset(tmp_path: Path) -> None:
    made_demo(tmp_path / "demo")
    with (tmp_path / "demo" / DEMO_MARK).open("a") as mark:
        mark.write(DEMO_COMPLETE)

    preflight.prepare("demo", ["--data", str(tmp_path / "demo")])
    kept = sorted(path.name for path in (tmp_path / "demo").iterdir())
    preflight.prepare("demo", ["--data", str(tmp_path / "demo"), "--reset"])

    assert kept == [DEMO_MARK, "keen.sqlite3"]
    assert [path.name for path in (tmp_path / "demo").iterdir()] == [DEMO_MARK]


def test_a_demo_whose_making_was_interrupted_is_made_anew(tmp_path: Path) -> None:
    made_demo(tmp_path / "demo")

    preflight.prepare("demo", ["--data", str(tmp_path / "demo")])

    assert [path.name for path in (tmp_path / "demo").iterdir()] == [DEMO_MARK]


def test_asking_for_help_on_the_demo_makes_nothing(tmp_path: Path) -> None:
    preflight.prepare("demo", ["--help", "--data", str(tmp_path / "demo")])

    assert not (tmp_path / "demo").exists()


def test_a_data_directory_is_shut_to_others_and_a_strangers_directory_left_alone(tmp_path: Path) -> None:
    new, held, foreign = tmp_path / "new", tmp_path / "held", tmp_path / "foreign"
    for place, name in ((held, "secret.key"), (foreign, "letters.txt")):
        place.mkdir()
        (place / name).touch()
        place.chmod(0o755)
    for place in (new, held, foreign):
        preflight.check_directory(place)
    assert [oct(place.stat().st_mode & 0o777) for place in (new, held, foreign)] == [
        "0o700",
        "0o700",
        "0o755",
    ]


def test_what_to_do_with_a_restored_copy_names_where_it_is(tmp_path: Path) -> None:
    copy = tmp_path / "a copy"
    assert f"KEEN_DATA='{copy}' ./keen serve" in onward(copy)
    assert f"KEEN_DATA='{copy}' ./keen resume" in onward(copy)
    assert "KEEN_DATA" not in onward(PROJECT / "var" / "keen")


def test_the_base_address_follows_the_port_unless_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEN_BASE_URL", "https://keen.example")
    preflight.prepare("serve", ["--port", "8802"])
    assert os.environ["KEEN_BASE_URL"] == "https://keen.example"
    monkeypatch.setenv("KEEN_BASE_URL", "")
    preflight.prepare("serve", ["--port=8802"])
    assert os.environ["KEEN_BASE_URL"] == "http://localhost:8802"
