"""The rules of the house that no linter knows."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.template import engines
from django.template.backends.jinja2 import Jinja2

PROJECT = Path(__file__).parent.parent
KEEN = PROJECT / "src" / "keen"
PACKAGES = sorted(
    path for path in KEEN.iterdir() if (path / "__init__.py").exists() and path.name not in {"lib", "site"}
)
COMMON = (
    "domain events models permissions queries actions records forms views panels api jobs handlers urls apps"
)
NAMES = {"__init__", "migrations", "management", "templates", "static", *COMMON.split(" ")}
# What a package may hold beyond the common names, each for a reason that its first line tells.
EXTRA = {
    "adoption": {"facts", "measures"},
    "telemetry": {"capture", "health", "middleware", "policy", "reading", "spool", "store", "vocabulary"},
    "integrations": {"outbound", "sealing", "sending"},
    "core": {
        "access",
        "accounts",
        "calendars",
        "edge",
        "guide",
        "health",
        "jinja",
        "limits",
        "markup",
        "menu",
        "middleware",
        "pages",
        "prepared",
        "queue",
        "receipts",
        "sessions",
        "stamps",
        "tokens",
        "wiring",
    },
    "records": {"declare", "exporting", "importing", "pages", "rest", "search"},
}
WRITERS = {"actions", "migrations"}
# The stores of the background queue and of the search index keep their own books; the demo makes a made-up past.
OWN_BOOKKEEPING = {"core/queue", "core/jobs", "records/search", "site/demo"}
ALWAYS_WRITES = {"bulk_create", "bulk_update", "get_or_create", "update_or_create"}
FILE_LINES = 400
FUNCTION_LINES = 60
SCRIPT_LINES = 2_150  # of which the service worker and the outbox, which no page waits for, take 140
BROAD_EXCEPTS = 2
MIRRORED = {"domain", "actions"}


def modules() -> list[Path]:
    return [path for path in sorted(KEEN.rglob("*.py")) if "migrations" not in path.parts]


def own_python() -> list[Path]:
    others = [PROJECT / "keen"]
    for folder in ("tests", "tools", "bench"):
        others += [path for path in sorted((PROJECT / folder).rglob("*.py")) if "vendor" not in path.parts]
    return modules() + others


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def place(path: Path, node: ast.stmt | ast.expr | ast.ExceptHandler | None = None) -> str:
    return f"{path.relative_to(PROJECT)}" + (f":{node.lineno}" if node else "")


def imported(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Every dotted name the module imports, with the statement."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_a_package_has_files_of_the_known_names_alone(package: Path) -> None:
    found = {path.stem for path in package.iterdir() if path.name != "__pycache__"}

    assert found - NAMES - EXTRA.get(package.name, set()) == set()


def test_a_name_is_a_file_or_a_folder_and_not_both() -> None:
    both = [place(path) for path in modules() if path.with_suffix("").is_dir()]

    assert both == []


def test_files_and_functions_stay_short_enough_to_be_read_at_once() -> None:
    long_files = [place(path) for path in own_python() if len(path.read_text().splitlines()) > FILE_LINES]
    long_functions = [
        f"{place(path, node)} {node.name}"
        for path in own_python()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]

    assert (long_files, long_functions) == ([], [])


def test_nobody_listens_to_django_signals() -> None:
    guilty = [
        place(path, statement)
        for path in modules()
        for statement, name in imported(path)
        if name.startswith("django.dispatch") or "signals" in name.split(".")
    ]

    assert guilty == []


def is_write(node: ast.Call) -> bool:
    """True for a call that changes rows, as far as the text tells."""
    if not isinstance(node.func, ast.Attribute):
        return False
    verb, of = node.func.attr, ast.unparse(node.func.value)
    bare = not node.args and not node.keywords
    if verb in ALWAYS_WRITES:
        return True
    if verb in {"create", "update"}:
        return bool(re.search(r"\.objects\b|\.(filter|exclude|all)\(", of))
    # A file's or a workbook's save is told where to; a row knows.
    return (verb == "save" and not node.args) or (verb == "delete" and bare)


def test_rows_are_written_in_actions_alone() -> None:
    guilty = [
        f"{place(path, node)} {ast.unparse(node)[:80]}"
        for path in modules()
        if not WRITERS & {path.stem, *path.relative_to(KEEN).parts}
        and not any(path.relative_to(KEEN).as_posix().startswith(own) for own in OWN_BOOKKEEPING)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and is_write(node)
    ]

    assert guilty == []


def test_saving_and_deleting_are_not_overridden() -> None:
    guilty = [
        f"{place(path, method)} {owner.name}.{method.name}"
        for path in modules()
        for owner in ast.walk(tree(path))
        if isinstance(owner, ast.ClassDef)
        for method in owner.body
        if isinstance(method, ast.FunctionDef) and method.name in {"save", "delete", "bulk_create"}
    ]

    assert guilty == []


def test_forms_are_used_by_their_own_package_alone() -> None:
    guilty = [
        f"{place(path, statement)} {name}"
        for path in modules()
        for statement, name in imported(path)
        if (found := re.match(r"keen\.(\w+)\.forms\b", name)) and found[1] != path.relative_to(KEEN).parts[0]
    ]

    assert guilty == []


def test_a_relation_to_another_package_leaves_no_name_on_the_other_side() -> None:
    """Else the package below would grow attributes that it does not know of."""
    guilty = [
        f"{place(path, call)} {ast.unparse(call)[:80]}"
        for path in modules()
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).split(".")[-1] in {"ForeignKey", "OneToOneField", "ManyToManyField"}
        and is_foreign(path, call)
        and not any(word.arg == "related_name" and ast.unparse(word.value) == "'+'" for word in call.keywords)
    ]

    assert guilty == []


def is_foreign(path: Path, call: ast.Call) -> bool:
    """True if the relation's other side belongs to another package of ours."""
    own = path.relative_to(KEEN).parts[0]
    target = call.args[0] if call.args else next(word.value for word in call.keywords if word.arg == "to")
    if isinstance(target, ast.Constant):
        return "." in str(target.value) and str(target.value).split(".")[0] != own
    if ast.unparse(target).endswith("AUTH_USER_MODEL"):
        return own != "core"
    origin = {name.split(".")[-1]: name for _, name in imported(path)}.get(ast.unparse(target), "")
    return origin.startswith("keen.") and origin.split(".")[1] != own


def test_templates_hold_no_script_no_style_and_no_handler() -> None:
    inline = re.compile(r"<script(?![^>]*\ssrc=)|<style|\son\w+\s*=|\sstyle\s*=|javascript:", re.IGNORECASE)
    guilty = [
        f"{place(path)}: {found[0].strip()}"
        for path in sorted(KEEN.rglob("*.html"))
        if (
            found := inline.search(
                re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
            )
        )
    ]

    assert guilty == []


def test_every_template_can_be_read() -> None:
    (jinja,) = [engine for engine in engines.all() if isinstance(engine, Jinja2)]
    names = {path.parts[path.parts.index("templates") + 1 :] for path in KEEN.rglob("templates/**/*.html")}

    for name in sorted("/".join(parts) for parts in names):
        jinja.get_template(name)  # raises with file and line


def test_own_script_stays_within_its_budget() -> None:
    scripts = [path for path in KEEN.rglob("*.js") if "vendor" not in path.parts]

    assert sum(len(path.read_text().splitlines()) for path in scripts) <= SCRIPT_LINES


def test_whatever_is_caught_is_named() -> None:
    broad = [
        place(path, node)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]

    assert len(broad) <= BROAD_EXCEPTS, broad


def test_rules_and_deeds_have_a_test_file_of_their_name() -> None:
    """`people/domain/matching.py` is tested in `tests/people/domain/test_matching.py`, or in test_<folder>.py."""
    missing = [
        place(path)
        for path in modules()
        if (path.relative_to(KEEN).parts[0] == "lib" or MIRRORED & {path.stem, path.parent.name})
        and any(isinstance(node, ast.FunctionDef) for node in ast.walk(tree(path)))
        and not has_tests(path)
    ]

    assert missing == []


def has_tests(path: Path) -> bool:
    package = path.relative_to(KEEN).parts[0]
    names = (
        {f"test_{path.stem}", f"test_{path.parent.name}"}
        if path.parent.name in MIRRORED
        else {f"test_{path.stem}"}
    )
    return any(found.stem in names for found in (PROJECT / "tests" / package).rglob("test_*.py"))


def test_the_pinned_packages_name_no_server_and_cover_what_is_asked_for() -> None:
    project = (PROJECT / "pyproject.toml").read_text()
    asked = re.findall(
        r'^  "([a-z0-9-]+)',
        project[project.index("dependencies = [") : project.index("[build-system]")],
        re.MULTILINE,
    )
    pinned = {name: (PROJECT / "requirements" / name).read_text() for name in ("base.txt", "dev.txt")}
    names = set(re.findall(r"^([a-z0-9._-]+)==", pinned["dev.txt"], re.MULTILINE))

    assert [name for name, text in pinned.items() if "://" in text or "--index" in text] == []
    assert set(asked) - names == set()
    assert all(
        line.startswith(("#", "    --hash=sha256:")) or "==" in line
        for text in pinned.values()
        for line in text.splitlines()
    )
