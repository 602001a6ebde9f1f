"""Answers kept for programs that ask twice, which repeat the records they were about."""

import re
import zlib
from collections.abc import Collection

from keen.privacy.domain.scrub import Needles
from keen.records.models import ApiAnswer


def answers_naming(needles: Needles, ids: Collection[int]) -> list[int]:
    """The kept answers that name the person or hold one of the ids; rather one too many than one too few.

    Cost: 1 query that reads all kept answers, which stay for a day or so.
    """
    numbers = re.compile(rf"(?<!\d)(?:{'|'.join(str(pk) for pk in sorted(ids))})(?!\d)") if ids else None
    found = []
    for pk, headers, body in ApiAnswer.objects.values_list("pk", "headers", "body").iterator(chunk_size=200):
        text = f"{headers} {_told(bytes(body))}"
        if needles.close_pattern.search(text) or (numbers and numbers.search(text)):
            found.append(pk)
    return found


def _told(body: bytes) -> str:
    r"""The text of the answer, also where JSON wrote letters as \\u signs."""
    text = zlib.decompress(body).decode(errors="replace") if body else ""
    return f"{text} {_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)}"


_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
