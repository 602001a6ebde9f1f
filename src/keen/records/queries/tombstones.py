"""Whether somebody was erased on request, asked by what they are recognised by."""

import hmac
from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from django.conf import settings

from keen.records.models import Tombstone
from keen.records.queries.sets import among

# What belongs to one person: names and places do not, nor do tags.
TELLING = frozenset({"email", "phone", "external", "outside"})
FOLDER, KEY = "erasures", "key"
Handle = tuple[str, str]


def folder() -> Path:
    """Where the journal of erasures lies: beside the database, so that an older copy of that cannot undo them."""
    found: Path = settings.KEEN.data / FOLDER
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def hash_of(record_kind: str, handle: Handle) -> str:
    """The keyed hash of a handle: without the installation's key nobody can try addresses against it."""
    return _hash(key(), record_kind, handle)


def _hash(secret: bytes, record_kind: str, handle: Handle) -> str:
    told = "\x1f".join((record_kind, *handle)).casefold().encode()
    return hmac.new(secret, told, sha256).hexdigest()


def key() -> bytes:
    """The key of the journal, which this installation alone has. It is made when it is first needed."""
    path = folder() / KEY
    return _key(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=4)
def _key(path: Path, _made: int) -> bytes:
    """The key in the file as it is now: an export that is taken in brings its own while a server runs."""
    if not path.exists():
        draft = path.with_name(f"{KEY}.{token_hex(6)}")
        draft.touch(mode=0o600)
        draft.write_text(token_hex(32))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass  # another process was first, its key holds
        finally:
            draft.unlink()
    return bytes.fromhex(path.read_text().strip())


def hashes_of(record_kind: str, handles: Iterable[Handle]) -> dict[str, Handle]:
    """The hashes of those handles that belong to one person."""
    secret = key()
    return {_hash(secret, record_kind, handle): handle for handle in handles if handle[0] in TELLING}


def erased_among(record_kind: str, handles: Collection[Handle]) -> dict[Handle, date]:
    """Which of the handles belonged to somebody who was erased on request, and when.

    Cost: 1 query; none as long as no handle belongs to one person.
    """
    hashes = hashes_of(record_kind, handles)
    if not hashes:
        return {}
    found = Tombstone.objects.filter(record_kind=record_kind, hash__in=among(set(hashes)))
    return {hashes[digest]: on for digest, on in found.values_list("hash", "erased_on")}
