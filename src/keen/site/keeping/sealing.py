"""Encryption of an archive with a passphrase: AES-256-GCM over pieces, the key by scrypt.

Every piece is bound to its place and to the file, and the last one is marked: what is changed, left out, moved or cut off
is noticed. Source: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015), as in Tink and age.
"""

import io
import os
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from keen.site.keeping.archive import ArchiveError, Sink, bad

MAGIC = b"KEEN SEALED 1\n"
SALT, PREFIX, TAG = 16, 7, 16
HEADER = len(MAGIC) + SALT + PREFIX
PIECE = 1 << 16
SEALED = PIECE + TAG


def is_sealed(source: BinaryIO) -> bool:
    """Whether the file is encrypted. It is at its beginning afterwards."""
    source.seek(0)
    found = source.read(len(MAGIC))
    source.seek(0)
    return found == MAGIC


def _key(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=1 << 16, r=8, p=1).derive(passphrase.encode()))


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


class Sealer:
    """Takes the bytes of an archive and hands them on encrypted. `close` writes the last piece."""

    def __init__(self, sink: Sink, passphrase: str) -> None:
        salt, self._prefix = os.urandom(SALT), os.urandom(PREFIX)
        self._key = _key(passphrase, salt)
        self._header = MAGIC + salt + self._prefix
        self._sink = sink
        self._held = bytearray()
        self._number = 0
        sink.write(self._header)

    def write(self, data: Any, /) -> int:
        """How many bytes were taken."""
        self._held += data
        while len(self._held) > PIECE:
            self._put(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(data)

    def flush(self) -> None:
        """Nothing: a piece is written when it is full."""

    def close(self) -> None:
        """Write what is left, marked as the end."""
        self._put(bytes(self._held), last=True)
        self._held.clear()
        self._sink.flush()

    def _put(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, last=last)
        self._sink.write(self._key.encrypt(nonce, piece, self._header))
        self._number += 1


class Unsealed(io.RawIOBase):
    """The bytes of an encrypted file, read from any place.

    Raises: ArchiveError for a wrong passphrase or a file that was changed.
    """

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        super().__init__()
        source.seek(0)
        header = source.read(HEADER)
        if len(header) < HEADER or not header.startswith(MAGIC):
            raise bad("This file is not encrypted as Keen does it.")
        self._source, self._header = source, header
        self._prefix = header[-PREFIX:]
        self._key = _key(passphrase, header[len(MAGIC) : len(MAGIC) + SALT])
        body = source.seek(0, io.SEEK_END) - HEADER
        self._pieces = max(-(-body // SEALED), 1)
        self._size = body - self._pieces * TAG
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")
        if self._size < 0:
            raise bad("This backup is cut off.")
        try:
            self._piece(self._pieces - 1)
        except ArchiveError:
            raise bad(
                "The passphrase is not the one of this backup, or the file was changed.", "sealed"
            ) from None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        wanted = min(len(buffer), self._size - self._at)
        if wanted <= 0:
            return 0
        number, start = divmod(self._at, PIECE)
        part = self._piece(number)[start : start + wanted]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _piece(self, number: int) -> bytes:
        if self._held[0] != number:
            self._source.seek(HEADER + number * SEALED)
            nonce = _nonce(self._prefix, number, last=number == self._pieces - 1)
            try:
                self._held = (number, self._key.decrypt(nonce, self._source.read(SEALED), self._header))
            except InvalidTag:
                raise bad("This backup is damaged or was changed.") from None
        return self._held[1]


def opened(source: BinaryIO, passphrase: str) -> BinaryIO:
    """The file in the open, whether it is encrypted or not.

    Raises: ArchiveError when it is and no or another passphrase is given.
    """
    if not is_sealed(source):
        return source
    if not passphrase:
        raise bad("This backup is encrypted: set its passphrase in KEEN_BACKUP_PASSPHRASE.", "sealed")
    return io.BufferedReader(Unsealed(source, passphrase), PIECE)
