"""Tables of people, rights, the audit trail, notices and background work."""

from keen.core.models.audit import Change, Operation
from keen.core.models.jobs import ScheduleSlot, Worker
from keen.core.models.notices import Notice
from keen.core.models.stamps import Stamp
from keen.core.models.users import Invitation, Role, Team, User

__all__ = [
    "Change",
    "Invitation",
    "Notice",
    "Operation",
    "Role",
    "ScheduleSlot",
    "Stamp",
    "Team",
    "User",
    "Worker",
