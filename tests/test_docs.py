"""What the documents say is true: pages made from the code are up to date, links lead somewhere, names exist."""

import re
import runpy
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
WRITTEN = [
    path
    for path in sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")])
    if "node_modules" not in path.parts
]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def test_the_reference_is_what_the_code_says() -> None:
    reference = runpy.run_path(str(PROJECT / "tools" / "reference.py"))

    assert reference["stale_pages"]() == [], "run ./keen check --fix and read what changed"


@pytest.mark.parametrize("document", WRITTEN, ids=name_of)
def test_links_lead_to_files_that_are_there(document: Path) -> None:
    targets = [
        target
        for target in LINK.findall(document.read_text())
        if "://" not in target and not target.startswith("mailto:")
    ]

    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", WRITTEN, ids=name_of)
def test_files_named_in_documents_exist(document: Path) -> None:
    named = re.findall(r"`((?:src|tests|docs|tools|bench|requirements)/[\w./-]+)`", document.read_text())

    assert [path for path in named if not (PROJECT / path).exists()] == []


@pytest.mark.parametrize("document", WRITTEN, ids=name_of)
def test_settings_named_in_documents_exist(document: Path) -> None:
    known = set(
        re.findall(r"^## (KEEN_\w+)", (PROJECT / "docs/reference/settings.md").read_text(), re.MULTILINE)
    )
    known |= set(re.findall(r"KEEN_[A-Z_]+[A-Z]", (PROJECT / "keen").read_text()))
    known |= {
        name
        for path in (PROJECT / "tools").glob("*.py")
        for name in re.findall(r"KEEN_TEST_[A-Z]+", path.read_text())
    }

    assert set(re.findall(r"\bKEEN_[A-Z_]+[A-Z]\b", document.read_text())) - known == set()


def test_every_decision_says_what_why_and_instead_of_what_and_is_listed() -> None:
    records = [path for path in sorted((PROJECT / "docs/decisions").glob("*.md")) if path.name != "README.md"]
    listed = (PROJECT / "docs/decisions/README.md").read_text()

    assert records
    assert [path.name for path in records if f"]({path.name})" not in listed] == []
    for record in records:
        text = record.read_text()
        assert re.match(
            r"# [^\n]+\n\n\*\*Choice\.\*\* .+\n\*\*Because\.\*\* .+\n\*\*Instead of\.\*\* ", text, re.DOTALL
        ), record
        assert len(text.splitlines()) <= 24, record
