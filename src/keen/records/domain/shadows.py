"""What stands beside a link: the title of the record it leads to, and whether that lies in the trash."""

MOST = 200
DELETED = " (deleted)"


def beside(called: str, *, deleted: bool) -> str:
    """The words beside a link to a record of this name."""
    return called[: MOST - len(DELETED)] + DELETED if deleted else called[:MOST]


def leads_nowhere(shadow: str) -> bool:
    """Whether the words say that there is nothing to be opened any more."""
    return shadow.endswith(DELETED)
