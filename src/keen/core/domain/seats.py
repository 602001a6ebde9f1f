"""Which parts somebody has in the company, as their rights say it: what comes first on Today follows from it."""

from enum import StrEnum

from keen.core.domain.rights import Rights, Scope


class Seat(StrEnum):
    """A part in the company that has a Today of its own."""

    ADMINISTRATOR = "administrator"
    STEWARD = "steward"
    SALES_LEAD = "sales_lead"
    EXECUTIVE = "executive"


SETS_TARGETS = "targets.set"


def seat(rights: Rights) -> Seat | None:
    """The part, None for who sells, serves or looks: it is read off the rights, so roles of one's own have one too.

    Shape: who manages people is administrator; who may mend everybody's contacts looks after the data; who sets targets
    leads sales; who sees all deals, changes none and reads the audit trail runs the company.
    """
    if rights.has("users.manage"):
        return Seat.ADMINISTRATOR
    if rights.scope("contact", "edit") is Scope.ALL and rights.has("merge"):
        return Seat.STEWARD
    if rights.has(SETS_TARGETS):
        return Seat.SALES_LEAD
    sees_all = rights.scope("opportunity", "view") is Scope.ALL
    if sees_all and rights.scope("opportunity", "edit") is Scope.NONE and rights.has("audit.view"):
        return Seat.EXECUTIVE
    return None
