"""What was made in a folder lasts."""

import os
from pathlib import Path
from stat import S_ISDIR

import pytest

from keen.lib.files import sync_folder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows knows no such thing")


def test_the_folder_itself_is_written_and_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really, written = os.fsync, list[tuple[int, bool]]()

    def fsync(file: int) -> None:
        written.append((file, S_ISDIR(os.fstat(file).st_mode)))
        really(file)

    monkeypatch.setattr(os, "fsync", fsync)
    sync_folder(tmp_path)

    ((file, is_folder),) = written
    assert is_folder
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(file)


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "nowhere")
