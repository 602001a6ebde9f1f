"""An archive is read whole and unchanged, or not at all."""

import io
import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from keen.site.keeping import archive
from keen.site.keeping.archive import ArchiveError, Manifest, Reader, Writer, check_name, written
from keen.site.keeping.sealing import HEADER, PIECE, SEALED, Sealer, opened

FORMAT = "keen-backup"
PASSPHRASE = "secret ü"
CONTENT = {"tables/a.jsonl": b'[1, "x"]\n' * 5000, "data/files/b.jpg": bytes(range(256)) * 900}


def made(content: dict[str, bytes] = CONTENT) -> bytes:
    held = io.BytesIO()
    with Writer(held) as writer:
        for name, data in content.items():
            writer.add(name, [data[:100], data[100:]])
        writer.finish(Manifest(FORMAT, 1, "0.1.0", "2026-11-21T00:00:00+00:00"))
    return held.getvalue()


def read(data: bytes) -> dict[str, bytes]:
    reader = Reader(io.BytesIO(data), {FORMAT})
    reader.verify()
    return {member.name: b"".join(reader.read(member.name)) for member in reader.manifest.members}


def rewritten(change: Callable[[dict[str, bytes], dict], None], **infos: zipfile.ZipInfo) -> bytes:
    """The archive with other members, as somebody would make it who has zip but not Keen."""
    with zipfile.ZipFile(io.BytesIO(made())) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(content.pop("manifest.json"))
    change(content, manifest)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(infos.get(name.replace("/", "_"), zipfile.ZipInfo(name)), data)
        archive.writestr("manifest.json", json.dumps(manifest))
    return held.getvalue()


def test_what_was_written_is_read():
    assert read(made()) == CONTENT


def test_any_changed_byte_of_the_content_is_noticed():
    data = made()
    for at in range(200, len(data) - 1200, 211):
        broken = bytearray(data)
        broken[at] ^= 1
        try:
            found = read(bytes(broken))
        except ArchiveError:
            continue
        assert found == CONTENT, at  # the bit was in a place without meaning, such as a time


@pytest.mark.parametrize("share", [0, 0.3, 0.9, 0.999])
def test_a_file_that_is_cut_off_is_refused(share: float):
    data = made()

    with pytest.raises(ArchiveError):
        read(data[: int(len(data) * share)])


def test_a_changed_row_is_refused_although_the_zip_is_sound():
    def change(content: dict[str, bytes], manifest: dict) -> None:
        content["tables/a.jsonl"] = content["tables/a.jsonl"].replace(b"x", b"y", 1)

    with pytest.raises(ArchiveError, match="changed or damaged"):
        read(rewritten(change))


@pytest.mark.parametrize("name", ["data/more.txt", "data/../../etc/cron.d/x"])
def test_a_file_that_the_manifest_does_not_name_is_refused(name: str):
    with pytest.raises(ArchiveError, match="other files than its manifest"):
        read(rewritten(lambda content, _: content.update({name: b"x"})))


def test_a_file_that_is_missing_is_refused():
    with pytest.raises(ArchiveError, match="other files than its manifest"):
        read(rewritten(lambda content, _: content.pop("data/files/b.jpg")))


@pytest.mark.parametrize(
    "name",
    ["../x", "data/../../x", "/etc/passwd", "data//x", "data/./x", "data\\..\\x", "C:/x", "data/x\0", ""],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str):
    with pytest.raises(ArchiveError, match="leads elsewhere"):
        check_name(name)


def test_a_name_that_leads_elsewhere_is_refused_although_the_manifest_has_it():
    def change(content: dict[str, bytes], manifest: dict) -> None:
        content["data/../../x"] = content.pop("data/files/b.jpg")
        manifest["members"][1]["name"] = "data/../../x"

    with pytest.raises(ArchiveError, match="leads elsewhere"):
        read(rewritten(change))


def test_a_link_is_refused():
    link = zipfile.ZipInfo("data/files/b.jpg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    with pytest.raises(ArchiveError, match="not a plain file"):
        read(rewritten(lambda *_: None, **{"data_files_b.jpg": link}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused():
    held = io.BytesIO(made())
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("tables/a.jsonl", b"[2]\n")

    with pytest.raises(ArchiveError, match="other files than its manifest"):
        read(held.getvalue())


def test_a_small_file_that_unpacks_to_a_large_one_is_refused_at_the_size_of_the_manifest():
    def change(content: dict[str, bytes], manifest: dict) -> None:
        content["tables/a.jsonl"] = b"0" * 50_000_000

    with pytest.raises(ArchiveError, match="another size"):
        read(rewritten(change))


def test_a_line_that_never_ends_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "MOST_LINE", 1 << 20)
    reader = Reader(io.BytesIO(made({"tables/a.jsonl": b"[1]\n" + b"9" * (3 << 20)})), {FORMAT})
    lines = reader.lines("tables/a.jsonl")

    assert next(lines) == b"[1]"
    with pytest.raises(ArchiveError, match="holds a line of more than 1 MB"):
        next(lines)


@pytest.mark.parametrize("size", [1, archive.CHUNK - 1, archive.CHUNK, archive.CHUNK * 2 + 7])
def test_lines_are_the_same_however_they_fall_into_pieces(size: int):
    rows = [b"x" * size, b"", b"y" * size, b"z"]
    reader = Reader(io.BytesIO(made({"tables/a.jsonl": b"\n".join(rows)})), {FORMAT})

    assert list(reader.lines("tables/a.jsonl")) == rows


def test_a_line_that_is_no_json_is_named_in_a_sentence():
    reader = Reader(io.BytesIO(made({"tables/a.jsonl": b"[1]\n{oops\n"})), {FORMAT})

    with pytest.raises(ArchiveError, match=r"Line 2 of tables/a\.jsonl in the archive is no JSON"):
        list(reader.rows("tables/a.jsonl"))


def test_a_key_that_is_no_key_is_refused_unread():
    reader = Reader(io.BytesIO(made({"secret-key": b"k" * (archive.MOST_SMALL + 1)})), {FORMAT})

    with pytest.raises(ArchiveError, match="secret-key in the archive is too large"):
        reader.whole("secret-key")


def test_what_does_not_fit_on_the_disk_is_refused_first():
    reader = Reader(io.BytesIO(made()), {FORMAT})
    sizes = {name: len(data) for name, data in CONTENT.items()}

    reader.check_room(sum(sizes.values()))
    reader.check_room(sizes["data/files/b.jpg"], "data")
    for free, folder in ((sum(sizes.values()) - 1, ""), (sizes["data/files/b.jpg"] - 1, "data")):
        with pytest.raises(ArchiveError, match="no room for what the archive holds"):
            reader.check_room(free, folder)


def test_what_unpacks_to_far_more_than_was_written_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archive, "LARGE", 1 << 20)
    reader = Reader(io.BytesIO(made({"tables/a.jsonl": bytes(2 << 20)})), {FORMAT})

    with pytest.raises(ArchiveError, match="unpacks to far more"):
        reader.check_room(1 << 40)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip at all" * 100])
def test_what_is_no_archive_is_refused_in_a_sentence(data: bytes):
    with pytest.raises(ArchiveError, match="damaged or no archive"):
        read(data)


def test_a_zip_of_something_else_is_refused_in_a_sentence():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("holiday.jpg", b"x")

    with pytest.raises(ArchiveError, match=r"no manifest\.json"):
        read(held.getvalue())


def test_an_export_is_no_backup_and_the_refusal_says_what_takes_it():
    with pytest.raises(ArchiveError, match="keen restore takes it"):
        Reader(io.BytesIO(made()), {"keen-export"})


def test_only_old_drafts_of_the_same_file_are_removed(tmp_path: Path):
    own, other = tmp_path / ".x.zip.1.part", tmp_path / ".holiday-film.mp4.part"
    young, folder = tmp_path / ".x.zip.2.part", tmp_path / ".x.zip.3.part"
    for path in (own, other, young):
        path.write_text("half")
    folder.mkdir()
    for path in (own, other, folder):
        os.utime(path, (0, 0))
    with written(tmp_path / "x.zip") as file:
        file.write(b"whole")

    assert {path.name for path in tmp_path.iterdir()} == {"x.zip", other.name, young.name, folder.name}


def test_a_file_that_fails_halfway_leaves_nothing(tmp_path: Path):
    target = tmp_path / "x.zip"

    def half() -> None:
        with written(target) as file:
            file.write(b"half")
            check_name("../x")

    with pytest.raises(ArchiveError):
        half()

    assert list(tmp_path.iterdir()) == []


def sealed(data: bytes, passphrase: str = PASSPHRASE) -> bytes:
    held = io.BytesIO()
    sealer = Sealer(held, passphrase)
    for at in range(0, len(data), 7001):
        sealer.write(data[at : at + 7001])
    sealer.close()
    return held.getvalue()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_is_read_from_any_place(size: int):
    data = bytes(n % 251 for n in range(size))
    source = opened(io.BytesIO(sealed(data)), PASSPHRASE)

    assert source.read() == data
    source.seek(size // 2)
    assert source.read(10) == data[size // 2 : size // 2 + 10]


def test_a_sealed_archive_is_read_like_an_open_one_and_shows_nothing():
    data = sealed(made())
    reader = Reader(opened(io.BytesIO(data), PASSPHRASE), {FORMAT})
    reader.verify()

    assert b"manifest" not in data
    assert b"".join(reader.read("tables/a.jsonl")) == CONTENT["tables/a.jsonl"]


@pytest.mark.parametrize(
    ("passphrase", "message"), [("", "KEEN_BACKUP_PASSPHRASE"), ("other", "not the one of this backup")]
)
def test_a_sealed_archive_needs_its_passphrase(passphrase: str, message: str):
    with pytest.raises(ArchiveError, match=message):
        opened(io.BytesIO(sealed(made())), passphrase)


@pytest.mark.parametrize("spoil", ["bit", "cut", "swap", "header"])
def test_a_sealed_archive_that_was_changed_is_refused(spoil: str):
    data = bytearray(sealed(bytes(5 * PIECE)))
    if spoil == "bit":
        data[HEADER + SEALED + 5] ^= 1
    elif spoil == "cut":
        del data[HEADER + 3 * SEALED :]
    elif spoil == "swap":
        first, second = data[HEADER : HEADER + SEALED], data[HEADER + SEALED : HEADER + 2 * SEALED]
        data[HEADER : HEADER + 2 * SEALED] = second + first
    else:
        data[20] ^= 1

    with pytest.raises(ArchiveError):
        opened(io.BytesIO(bytes(data)), PASSPHRASE).read()
