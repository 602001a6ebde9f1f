"""Tables of people, rights, the audit trail, notices and background work."""

from keen.core.models.audit import Change, Operation
from keen.core.models.calendars import Absence, CompanyDayOff, SiteCalendar, WorkPattern
from keen.core.models.jobs import ScheduleSlot, Worker
from keen.core.models.keeping import Backup, Hold
from keen.core.models.notices import Notice
from keen.core.models.stamps import Stamp
from keen.core.models.tokens import ApiToken
from keen.core.models.users import Invitation, Role, Team, User

__all__ = [
    "Absence",
    "ApiToken",
    "Backup",
    "Change",
    "CompanyDayOff",
    "Hold",
    "Invitation",
    "Notice",
    "Operation",
    "Role",
    "ScheduleSlot",
    "SiteCalendar",
    "Stamp",
    "Team",
    "User",
    "WorkPattern",
    "Worker",
]
