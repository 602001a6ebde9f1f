"""Which people and companies a quick note names, by exact names alone: a guess that is shown is worth more than a clever one."""

import re

from keen.lib import names

MOST_WORDS = 60
LONGEST = 4
_WORD = re.compile(r"[^\W\d_][\w'\u2019&.-]*", re.UNICODE)
_SENTENCE = re.compile(r"[,;:!?()\n]|\.(?:\s|$)")


def name_keys(note: str) -> dict[str, str]:
    """The keys under which the names in a note would be found, each with the words it was made of.

    Shape: runs of two to four capitalised words for people, of one to four for companies; the first 60 words count.
    """
    found: dict[str, str] = {}
    for run in _runs(note):
        for start in range(len(run)):
            for end in range(start + 1, min(start + LONGEST, len(run)) + 1):
                words = run[start:end]
                for key in _keys(words):
                    found.setdefault(key, " ".join(words))
    return found


def _runs(note: str) -> list[list[str]]:
    """The runs of words that begin with a capital, in the order of the note."""
    runs: list[list[str]] = []
    left = MOST_WORDS
    for part in _SENTENCE.split(note):
        run: list[str] = []
        for word in _WORD.findall(part)[:left]:
            if word[0].isupper():
                run.append(word.removesuffix("."))
            else:
                runs.append(run)
                run = []
            left -= 1
        runs.append(run)
    return [run for run in runs if run]


def _keys(words: list[str]) -> set[str]:
    person = names.person_key(" ".join(words[:-1]), words[-1]) if len(words) > 1 else ""
    person = " ".join(sorted(person.split()))  # as contacts are found: swapped names meet
    return {key for key in (person, names.company_key(" ".join(words))) if len(key) > 2}
