"""Every usage event there is, declared once: what is not here is not recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from keen.telemetry.domain.properties import (
    COUNTS,
    Codes,
    Flag,
    Name,
    Names,
    Number,
    OneOf,
    Property,
    Vocabulary,
)

RAW_DAYS: Final = 30
ROLLUP_MONTHS: Final = 13
MOST_MS: Final = 3_600_000

ROADS = ("page", "inline", "bulk", "grid", "api", "import", "capture")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PLACES = ("palette", "page", "lookup")
SCREEN, FIELDS = Name("pages"), Names("fields")


@dataclass(frozen=True)
class Spec:
    """One event: its meaning, how it ends, what else it says, and what stays of it in the daily figures.

    Shape: `what` names the property that the daily figures keep apart; `by_day` rounds the moment to the day; `sentence`
    is how it reads to the person it is about; `client` may come from the browser.
    """

    name: str
    meaning: str
    sentence: str
    properties: Mapping[str, Property] = field(default_factory=dict)
    outcomes: tuple[str, ...] = ()
    kind: bool = False
    timed: bool = False
    what: str = ""
    client: bool = False
    by_day: bool = False

    def refusal(self, draft: "Draft", known: Vocabulary) -> str:
        """Why the draft may not be written, "" when it may."""
        if draft.outcome not in (self.outcomes or ("",)):
            return f"outcome {str(draft.outcome)[:40]!r}"
        if draft.kind and (not self.kind or draft.kind not in known["kinds"]):
            return "kind"
        if draft.ms is not None and (not self.timed or Number(MOST_MS, "ms").refuses(draft.ms, known)):
            return "ms"
        for name, value in draft.props.items():
            declared = self.properties.get(name)
            if declared is None or declared.refuses(value, known):
                return f"property {str(name)[:40]}"
        return ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it is known who is written beside it."""

    name: str
    kind: str = ""
    ms: int | None = None
    outcome: str = ""
    props: Mapping[str, Any] = field(default_factory=dict)


_SPECS: Final = (
    Spec(
        "page_viewed",
        "A whole page was opened. Which page, never its address.",
        "Opened “{screen}”",
        {"screen": SCREEN},
        timed=True,
        what="screen",
    ),
    Spec(
        "record_viewed",
        "A record was opened, or looked at beside a list. Which kind, never which record.",
        "Looked at a record",
        {
            "own": Flag(),
            "after": OneOf(("list", "search", "record", "today", "notice", "form", "elsewhere", "outside")),
            "beside": Flag(),
            "untouched": OneOf(("30", "90", "180", "older")),
        },
        kind=True,
        timed=True,
        what="after",
    ),
    Spec(
        "list_viewed",
        "A list was shown: whether it was a saved one, filtered or searched, and about how long.",
        "Looked at a list",
        {"saved": Flag(), "filtered": Flag(), "searched": Flag(), "rows": OneOf(COUNTS)},
        kind=True,
        timed=True,
        what="rows",
    ),
    Spec(
        "search_made",
        "Something was searched for. Whether it was found, never what was typed.",
        "Searched",
        {"place": OneOf(PLACES), "hits": OneOf(COUNTS)},
        outcomes=("found", "similar", "nothing"),
        kind=True,
        timed=True,
        what="place",
    ),
    Spec(
        "search_result_opened",
        "A result of a search was opened.",
        "Opened a result of a search",
        {"place": OneOf(PLACES)},
        kind=True,
        what="place",
        client=True,
    ),
    Spec(
        "form_opened",
        "A form was opened, empty or with what is known.",
        "Opened the form “{form}”",
        {"form": SCREEN, "whole": Flag()},
        kind=True,
        timed=True,
        what="form",
    ),
    Spec(
        "form_rejected",
        "A form was sent and not saved: which fields were marked, and by which rules.",
        "Was asked to mend the form “{form}”",
        {"form": SCREEN, "fields": FIELDS, "rules": Codes()},
        outcomes=("invalid", "conflict", "refused"),
        kind=True,
        timed=True,
        what="form",
    ),
    Spec(
        "form_abandoned",
        "A form was edited and then left without being sent: which fields had been touched, and for how long.",
        "Left the form “{form}” unsent",
        {"form": SCREEN, "fields": FIELDS, "seconds": Number(86_400, "seconds")},
        kind=True,
        what="form",
        client=True,
    ),
    Spec(
        "save_made",
        "Something was saved: by which deed (the name of its address) and by which road.",
        "Saved something by “{deed}”",
        {"deed": SCREEN, "road": OneOf(ROADS), "undoable": Flag()},
        outcomes=("saved", "gap", "kept", "not_saved"),
        kind=True,
        timed=True,
        what="deed",
    ),
    Spec(
        "api_called",
        "A program asked something of the API, on the token of the person. It is no use by the person.",
        "A program used your token for “{deed}”",
        {"deed": SCREEN, "method": OneOf(METHODS)},
        outcomes=("done", "refused", "failed"),
        kind=True,
        timed=True,
        what="deed",
    ),
    Spec("undo_made", "Something was taken back.", "Took something back", timed=True),
    Spec(
        "receipt_shown",
        "A receipt was shown after a save, and whether it named a next step.",
        "Saw a receipt",
        {"next": Flag(), "undo": Flag()},
        outcomes=("saved", "gap", "kept", "not_saved"),
        kind=True,
        what="next",
    ),
    Spec(
        "receipt_followed",
        "Something on a receipt was chosen.",
        "Followed a receipt",
        {"choice": OneOf(("next", "alternative", "step", "object", "undo"))},
        kind=True,
        what="choice",
        client=True,
    ),
    Spec(
        "page_slow",
        "A page took longer than a second until it was there: time on the server, and in all.",
        "Waited for “{screen}”",
        {
            "screen": SCREEN,
            "server_ms": Number(600_000, "milliseconds"),
            "client_ms": Number(600_000, "milliseconds"),
        },
        what="screen",
        client=True,
    ),
    Spec(
        "rage_click",
        "One of Keen's own controls was clicked three times within a second.",
        "Clicked “{control}” again and again",
        {"screen": SCREEN, "control": Name("controls")},
        what="control",
        client=True,
    ),
    Spec(
        "dead_click",
        "One of Keen's own controls was clicked and nothing happened for a second.",
        "Clicked “{control}” and nothing happened",
        {"screen": SCREEN, "control": Name("controls")},
        what="control",
        client=True,
    ),
    Spec(
        "error_shown",
        "A page or a part of one answered with an error.",
        "Saw an error on “{screen}”",
        {"screen": SCREEN, "rules": Codes()},
        outcomes=("400", "403", "404", "405", "409", "413", "422", "428", "429", "500", "503", "507", "410"),
        kind=True,
        timed=True,
        what="screen",
    ),
    Spec(
        "import_step",
        "A step of bringing a file in.",
        "Brought a file in: {step}",
        {
            "step": OneOf(
                ("upload", "match", "check", "load", "resume", "mend", "undo", "discard", "rejects", "again")
            ),
            "rows": OneOf(COUNTS),
            "format": OneOf(("csv", "xlsx", "other")),
        },
        outcomes=("done", "refused"),
        kind=True,
        timed=True,
        what="step",
    ),
    Spec(
        "export_made",
        "A list left as a file.",
        "Exported a list",
        {"rows": OneOf(COUNTS), "format": OneOf(("csv", "xlsx"))},
        kind=True,
        what="format",
    ),
    Spec(
        "help_opened",
        "Help was opened, or the list of keys.",
        "Opened help",
        {"screen": SCREEN, "place": OneOf(("page", "keys"))},
        what="screen",
        client=True,
    ),
    Spec(
        "stuck",
        "“I'm stuck” was pressed, and on which page.",
        "Pressed “I'm stuck” on “{screen}”",
        {"screen": SCREEN},
        what="screen",
    ),
    Spec(
        "signed_in",
        "Somebody signed in. The day, not the time.",
        "Signed in",
        {"by": OneOf(("password", "passkey", "code", "invitation", "demo", "other"))},
        by_day=True,
        what="by",
    ),
    Spec(
        "command_used",
        "Something was chosen in the command palette.",
        "Chose “{to}” in the palette",
        {"to": SCREEN, "group": OneOf(("command", "recent", "found", "other"))},
        what="to",
        client=True,
    ),
    Spec(
        "key_used",
        "A shortcut was used.",
        "Used the key {key}",
        {"key": Name("keys")},
        what="key",
        client=True,
    ),
    Spec(
        "notice_opened",
        "A notice was opened or taken off the list.",
        "Opened a notice",
        {"notice": Name("notices"), "all": Flag()},
        what="notice",
    ),
    Spec(
        "reminder_acted",
        "What a reminder was about was done, moved, given away or called off.",
        "Acted on a reminder",
        {"deed": OneOf(("done", "moved", "given", "cancelled"))},
        kind=True,
        what="deed",
    ),
    Spec(
        "network_changed",
        "The device lost its network, or found it again.",
        "The network went or came back",
        {"seconds": Number(86_400, "seconds away")},
        outcomes=("offline", "online"),
        client=True,
    ),
    Spec(
        "events_lost",
        "Keen could not write usage events, or refused some: how many, and why. About nobody.",
        "Keen lost some events",
        {
            "count": Number(1_000_000_000, "events"),
            "reason": OneOf(("full", "unwritable", "not_allowed", "too_many")),
        },
        what="reason",
    ),
)

CATALOGUE: Final[Mapping[str, Spec]] = {spec.name: spec for spec in _SPECS}


def refusal(draft: Draft, known: Vocabulary) -> str:
    """Why the draft may not be written, "" when it is on the list in every part."""
    spec = CATALOGUE.get(draft.name)
    return f"event {draft.name[:40]!r}" if spec is None else spec.refusal(draft, known)
