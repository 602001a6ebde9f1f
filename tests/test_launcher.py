"""The launcher is tried for real, on a small tree of its own whose requirements are empty."""

import ast
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

LAUNCHER = Path(__file__).parent.parent / "keen"
PREPARING = "Preparing Keen's environment"
CLI = """
import os, sys
print("keen got", sys.argv[1:], "in", os.getcwd())
sys.exit(7 if "fail" in sys.argv else 0)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A tree with the launcher, nothing to install and a program that says what it was given."""
    root = tmp_path / "project"
    (root / "src/keen/site").mkdir(parents=True)
    (root / "src/keen/site/cli.py").write_text(CLI)
    (root / "requirements").mkdir()
    for name in ("base", "dev"):
        (root / f"requirements/{name}.txt").write_text(f"# nothing for {name}\n")
    (root / "pyproject.toml").write_text('version = "9.8.7"\n')
    shutil.copy(LAUNCHER, root / "keen")
    return root


def start(
    project: Path, *arguments: str, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, project / "keen", *arguments],
        cwd=cwd or project,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_and_version_need_no_environment(project: Path) -> None:
    said = [start(project, *words).stdout for words in ([], ["--help"], ["help"], ["--version"])]

    assert "./keen demo" in said[0]
    assert said == [said[0], said[0], said[0], "Keen 9.8.7\n"]
    assert not (project / ".venv").exists()


def test_an_old_python_gets_a_sentence(project: Path) -> None:
    ast.parse(LAUNCHER.read_text(), feature_version=(3, 6))
    pretend = f"import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_path({str(project / 'keen')!r}, run_name='__main__')"

    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("Keen needs Python 3.11 or newer and this is 3.9:")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("without_uv", ["", "1"], ids=["with uv if there is one", "with pip"])
def test_the_first_start_makes_the_environment_and_the_second_finds_it(
    project: Path, without_uv: str
) -> None:
    first = start(project, "serve", "--port", "8123", KEEN_WITHOUT_UV=without_uv)
    second = start(project, "serve", "--port", "8123", KEEN_WITHOUT_UV=without_uv)

    assert first.stdout == second.stdout == f"keen got ['serve', '--port', '8123'] in {project}\n"
    assert (PREPARING in first.stderr, second.stderr) == (True, "")


def test_the_program_runs_where_it_was_called_and_its_exit_code_comes_back(
    project: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere" / "keen").mkdir(parents=True)

    done = start(project, "fail", cwd=tmp_path / "elsewhere")

    assert done.stdout == f"keen got ['fail'] in {tmp_path / 'elsewhere'}\n"
    assert done.returncode == 7


def test_changed_requirements_are_installed_before_the_start(project: Path) -> None:
    start(project, "serve")
    (project / "requirements/base.txt").write_text("# other packages\n")

    assert PREPARING in start(project, "serve").stderr
    assert start(project, "serve").stderr == ""


def test_only_work_on_keen_itself_installs_the_tools(project: Path) -> None:
    start(project, "serve")

    assert PREPARING in start(project, "test").stderr
    assert [start(project, word).stderr for word in ("test", "check", "bench", "serve")] == [""] * 4


def test_an_environment_left_half_made_is_made_anew(project: Path) -> None:
    start(project, "serve")
    (rubbish := project / ".venv/half-written").write_text("")
    (project / ".venv/keen-unfinished").write_text("")

    done = start(project, "serve")

    assert (done.returncode, rubbish.exists()) == (0, False)


@pytest.mark.parametrize("moment", [0.05, 0.4, 1.2], ids=lambda seconds: f"after {seconds} s")
def test_a_start_that_was_killed_is_taken_up_by_the_next(project: Path, moment: float) -> None:
    killed = subprocess.Popen(
        [sys.executable, project / "keen", "serve"],
        cwd=project,
        env={**os.environ, "KEEN_WITHOUT_UV": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(moment)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()

    done = start(project, "serve")

    assert (done.returncode, done.stdout) == (0, f"keen got ['serve'] in {project}\n")


def test_a_tree_that_was_moved_gets_its_environment_made_anew(project: Path, tmp_path: Path) -> None:
    start(project, "serve")
    moved = project.rename(tmp_path / "moved")

    assert PREPARING in start(moved, "serve").stderr
    assert str(moved / "src") in next(moved.glob(".venv/lib/*/site-packages/keen-source.pth")).read_text()


def test_two_starts_at_once_make_one_environment(project: Path) -> None:
    both = [
        subprocess.Popen(
            [sys.executable, project / "keen", word],
            cwd=project,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for word in ("serve", "worker")
    ]
    said = [one.communicate() for one in both]

    assert [one.returncode for one in both] == [0, 0]
    assert sum(PREPARING in err for _, err in said) == 1


def test_a_package_that_cannot_be_had_ends_in_a_sentence_and_not_in_a_traceback(project: Path) -> None:
    wrong = "sha256:" + "0" * 64
    (project / "requirements/base.txt").write_text(f"keen-has-no-such-package==1.0 --hash={wrong}\n")

    done = start(project, "serve", UV_OFFLINE="1", PIP_NO_INDEX="1")

    assert done.returncode == 1
    assert "Start again when that is mended" in done.stderr
    assert "Traceback" not in done.stderr
