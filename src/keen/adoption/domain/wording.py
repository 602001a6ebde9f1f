"""Numbers and lists as they are told."""

from collections.abc import Sequence


def percent(share: float) -> str:
    """A share in whole percent: "20 %"."""
    return f"{100 * share:.0f} %"


def counted(count: float, word: str, many: str = "") -> str:
    """A number with its word: "1 day", "7.5 days"."""
    shown = f"{count:.1f}".removesuffix(".0")
    return f"{shown} {word if shown == '1' else many or word + 's'}"


def listed(words: Sequence[str]) -> str:
    """Words in a sentence: "lists, board and search"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)
