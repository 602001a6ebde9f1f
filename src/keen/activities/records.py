"""Activities as the workbench knows them."""

from keen.activities.domain import recurrence
from keen.activities.domain.choices import DIRECTIONS, KINDS, OUTCOMES, PRIORITIES, STATUSES
from keen.activities.models import Activity
from keen.records.declare import HISTORY, OWNERSHIP, Field, Kind, RecordType

_OWNER, _TEAM = OWNERSHIP

ACTIVITY = RecordType(
    kind="activity",
    model=Activity,
    label="Activity",
    plural="Activities",
    icon="checklist",
    code="T",
    path="activities",
    declared=(
        Field("subject", "Subject", listed=True, required=True, quick=True, most=200,
              synonyms=("title", "name", "activity", "call subject", "event name", "betreff", "objet", "asunto")),
        Field("kind", "Kind", Kind.CHOICE, listed=True, required=True, quick=True, choices=KINDS,
              synonyms=("type", "activity type", "task type", "event type", "art")),
        Field("contact", "Contact", Kind.REFERENCE, to="contact", shadow="contact_name", listed=True, quick=True,
              synonyms=("name", "who", "whoid", "person", "contact name", "contact person")),
        Field("account", "Account", Kind.REFERENCE, to="account", shadow="account_name", listed=True,
              synonyms=("company", "what", "whatid", "related to", "organization", "account name", "firma")),
        Field("body", "Note", Kind.LONG_TEXT, quick=True, filtered=False,
              synonyms=("description", "notes", "comments", "full comments", "body", "notiz")),
        Field("status", "Status", Kind.CHOICE, listed=True, choices=STATUSES, synonyms=("state", "done", "task status")),
        Field("priority", "Priority", Kind.CHOICE, choices=PRIORITIES),
        Field("outcome", "Outcome", Kind.CHOICE, choices=OUTCOMES, synonyms=("call result", "call outcome", "result")),
        Field("direction", "Direction", Kind.CHOICE, choices=DIRECTIONS, synonyms=("call type", "calltype")),
        Field("plan_on", "Planned for", Kind.DATE, section="When", listed=True, sorts=True, quick=True,
              help="Unfinished, it moves to the next day by itself.",
              synonyms=("date", "activity date", "activitydate", "start date", "planned", "datum")),
        Field("due_at", "Promised by", Kind.DATETIME, section="When", sorts=True,
              help="Turns red when it is broken. Leave empty what nobody waits for.",
              synonyms=("due", "due date", "deadline", "fällig")),
        Field("promised_to_customer", "Promised to the customer", Kind.BOOLEAN, section="When"),
        Field("starts_at", "Starts", Kind.DATETIME, section="When", sorts=True, synonyms=("start", "start time", "startdatetime")),
        Field("ends_at", "Ends", Kind.DATETIME, section="When", synonyms=("end", "end time", "enddatetime")),
        Field("duration_seconds", "Duration in seconds", Kind.NUMBER, section="When",
              synonyms=("duration", "call duration", "calldurationinseconds")),
        Field("reminder_at", "Remind me", Kind.DATETIME, section="When", synonyms=("reminder", "reminderdatetime")),
        Field("recurrence", "Repeats", section="When", most=200, filtered=False, check=recurrence.check,
              help="An iCalendar rule, for example FREQ=WEEKLY;BYDAY=MO.", synonyms=("repeat", "rrule")),
        Field("done_at", "Done", Kind.DATETIME, section="When", editable=False, sorts=True,
              synonyms=("completed", "completed date", "completeddatetime")),
        Field("is_private", "Only for me", Kind.BOOLEAN, section="Who", help="Nobody but the assignee sees it."),
        Field(_OWNER.name, "Assigned to", Kind.USER, section="Who", listed=True,
              synonyms=("owner", "assignee", "assigned to", "responsible", "zuständig")),
        _TEAM,
        Field("external_id", "Id elsewhere", section="Who", most=120, synonyms=("id", "record id", "activity id")),
        *HISTORY,
    ),
    order="-created_at",
    name_field="subject",
    importable=True,
    empty="Calls, meetings, tasks, e-mails and notes. What you log with a person or a company stands here too.",
)  # fmt: skip
