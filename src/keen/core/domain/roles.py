"""The roles an installation starts with. Administrators change them afterwards."""

from typing import Any


def _grants(view: str, add: str, edit: str, delete: str, export: str) -> dict[str, str]:
    return {"view": view, "add": add, "edit": edit, "delete": delete, "export": export}


_WORKER = {"*": _grants("team", "all", "team", "own", "team")}
_LEADER = {"*": _grants("team", "all", "team", "team", "team")}
_READER = {"*": _grants("all", "none", "none", "none", "all")}
_EVERYTHING = {"*": _grants("all", "all", "all", "all", "all")}

ROLES: dict[str, dict[str, Any]] = {
    "sales_rep": {"name": "Sales rep", "records": _WORKER, "powers": ["import", "merge"]},
    "sales_manager": {
        "name": "Sales manager",
        "records": _LEADER,
        "powers": [
            "import",
            "merge",
            "reassign",
            "views.share",
            "orders.match",
            "prices.manage",
            "targets.set",
        ],
    },
    "service_agent": {
        "name": "Service agent",
        "records": {"*": _grants("all", "all", "team", "own", "team")},
        "powers": ["merge"],
    },
    "service_manager": {
        "name": "Service manager",
        "records": {"*": _grants("all", "all", "team", "team", "all")},
        "powers": ["merge", "reassign", "views.share"],
    },
    "marketer": {
        "name": "Marketer",
        "records": {"*": _grants("all", "all", "team", "own", "all")},
        "powers": ["import", "merge", "views.share", "forms.manage"],
    },
    "executive": {
        "name": "Executive",
        "records": {**_READER, "activity": _grants("all", "all", "own", "own", "all")},
        "powers": ["views.share", "audit.view", "adoption.view"],
    },
    "rollout_lead": {
        "name": "Roll-out lead",
        "records": _WORKER,
        "powers": ["views.share", "adoption.view", "adoption.manage"],
    },
    "power_user": {"name": "Power user", "records": _WORKER, "powers": ["import", "merge", "views.share"]},
    "data_steward": {
        "name": "Data steward",
        "records": _EVERYTHING,
        "powers": [
            "import",
            "merge",
            "reassign",
            "views.share",
            "audit.view",
            "orders.feed",
            "orders.match",
            "prices.manage",
        ],
    },
    "data_entry": {
        "name": "Data entry",
        "records": {"*": _grants("all", "all", "all", "own", "none")},
        "powers": ["import", "merge"],
    },
    "administrator": {
        "name": "Administrator",
        "records": _EVERYTHING,
        "powers": [
            "import",
            "views.share",
            "merge",
            "reassign",
            "audit.view",
            "users.manage",
            "system.view",
            "export.all",
            "integrations.manage",
            "automations.manage",
            "fields.manage",
            "act_as",
            "orders.feed",
            "orders.match",
            "pipelines.manage",
            "targets.set",
            "forms.manage",
            "prices.manage",
            "privacy.manage",
            "adoption.view",
            "adoption.manage",
            "adoption.mode",
            "usage.level",
            "usage.agree",
        ],
    },
    "staff_council": {
        "name": "Staff council",
        "records": {"*": _grants("none", "none", "none", "none", "none")},
        "powers": ["usage.agree"],
    },
    "reader": {
        "name": "Reader",
        "records": {"*": _grants("team", "none", "none", "none", "none")},
        "powers": [],
    },
}
