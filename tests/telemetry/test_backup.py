"""Events in a backup: each of them once, although a job moves them meanwhile."""

import zipfile
from collections import Counter
from pathlib import Path
from threading import Thread

import pytest

from keen.site.keeping import backup
from keen.site.keeping.archive import Writer
from keen.telemetry import store
from tests.factories.usage import make_lines, write_events
from tests.telemetry.test_spool import ids_in


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_each_event_once_while_they_are_moved(
    usage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [make_lines(user, times=5) for user in range(6)]
    for some in made:
        write_events(usage, some)
    really = backup.write_file
    moves: list[Thread] = []

    def copy_while_they_move(writer: Writer, path: Path, name: str) -> list[str]:
        if not moves and "usage" in name:
            moves.append(Thread(target=store.compact, args=(usage,)))
            moves[0].start()
            moves[0].join(1)
        return really(writer, path, name)

    monkeypatch.setattr(backup, "write_file", copy_while_they_move)
    (tmp_path / "away").mkdir()
    done = backup.back_up(tmp_path / "away" / "company.zip")
    moves[0].join()

    there = tmp_path / "there"
    with zipfile.ZipFile(done.path) as archive:
        archive.extractall(there, [name for name in archive.namelist() if name.startswith("data/usage/")])
    assert ids_in(there / "data" / "usage") == Counter({one["id"]: 1 for some in made for one in some})
    assert ids_in(usage) == ids_in(there / "data" / "usage")
