"""`./keen COMMAND`, from the command line down to the command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from keen.core.models import User
from keen.site import cli
from tests.factories.core import make_user


def keen(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "keen.site.cli", *arguments],
        env={**os.environ, "KEEN_DATA": str(tmp_path / "data"), "KEEN_DATABASE_URL": "", "PYTHONPATH": "src"},
        cwd=cli.PROJECT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_django_command_runs_under_the_name_of_keen(tmp_path: Path) -> None:
    made = keen(tmp_path, "migrate", "--verbosity", "0")
    again = keen(tmp_path, "migrate", "--check")

    assert (made.returncode, made.stderr, again.returncode) == (0, "", 0)
    assert keen(tmp_path, "migrate", "--help").stdout.startswith("usage: keen migrate")


def test_the_check_of_django_is_reached_through_django(tmp_path: Path) -> None:
    assert keen(tmp_path, "django", "check").stdout.startswith("System check identified no issues")


def test_an_unknown_command_is_refused_by_name(tmp_path: Path) -> None:
    done = keen(tmp_path, "fly")

    assert done.returncode == 1
    assert "Unknown command: 'fly'" in done.stderr


def test_a_tool_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(cli.TOOLS, "bench", "no/such/file.py")

    assert cli.main(["bench"]) == 2
    assert "no/such/file.py is missing here" in capsys.readouterr().err


@pytest.mark.django_db
def test_bringing_the_database_up_to_date_reads_everybodys_rights_anew() -> None:
    user = make_user("sales_rep")
    stale = {**user.rights, "powers": ["users.manage"]}
    User.objects.filter(pk=user.pk).update(rights=stale)

    call_command("migrate", plan=True, verbosity=0)
    assert User.objects.get(pk=user.pk).rights == stale
    call_command("migrate", verbosity=0)
    assert User.objects.get(pk=user.pk).rights == user.rights
