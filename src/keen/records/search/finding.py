"""Finding records: candidates by their tokens, then the closest of what the actor may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from django.conf import settings
from django.db import connection
from django.utils import timezone

from keen.core.domain.actor import Actor
from keen.lib import phones
from keen.records import declare
from keen.records.domain import asking, closeness
from keen.records.domain.asking import Question, Reading
from keen.records.domain.closeness import Match, Nearness, Shown
from keen.records.domain.findable import Leaf, Node, Part, every, some
from keen.records.search.entries import store
from keen.records.search.reach import Reach, condition, limited, own, reaches, really_visible

# How many candidates are ranked: several times what is shown, within reason.
CANDIDATES_EACH = 8
CANDIDATES = 120
OWN_CANDIDATES = 40
EXACT_CANDIDATES = 20
OPENED_CANDIDATES = 20
# With so few found, also what has the words inside a name is looked for; with fewer still, also slips of the keys.
FEW = 8
HARDLY_ANY = 3
CHECKED = 32

_LONGEST_WHY = 80
_FIELD_PARTS = {"emails": Part.EMAIL, "phones": Part.PHONE}

# CROSS JOIN: SQLite keeps its order, and so goes from the few candidates to their rows.
_ROWS = """
WITH candidates AS MATERIALIZED ({candidates})
SELECT e.record_kind, e.record_id, e.title, e.subtitle, e.words, e.owner_id, e.team_id, e.updated_at, r.at
FROM candidates CROSS JOIN records_searchentry e
LEFT JOIN records_recent r ON r.user_id = %s AND r.kind = e.record_kind AND r.record_id = e.record_id
WHERE e.id = candidates.id AND ({allowed})
"""
_IDS = """
WITH candidates AS MATERIALIZED ({candidates})
SELECT e.record_id FROM candidates CROSS JOIN records_searchentry e WHERE e.id = candidates.id AND ({allowed})
"""
_OPENED = """
SELECT * FROM (SELECT f.id FROM records_recent o
JOIN records_searchentry f ON f.record_kind = o.kind AND f.record_id = o.record_id
WHERE o.user_id = %s ORDER BY o.at DESC LIMIT %s) AS opened
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found.

    Shape: `why` is "" when title or subtitle show it; `email` and `phone` are the first ones that the actor may read.
    """

    kind: str
    record_id: int
    title: str
    subtitle: str = ""
    why: str = ""
    owner_id: int | None = None
    score: float = 0.0
    email: str = ""
    phone: str = ""
    mistyped: bool = False

    @property
    def href(self) -> str:
        """The address of its page."""
        return f"/{declare.get(self.kind).path}/{self.record_id}/"

    @property
    def icon(self) -> str:
        """The sign of its kind."""
        return declare.get(self.kind).icon


@dataclass(frozen=True, slots=True)
class Key:
    """Which record."""

    kind: str
    record_id: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row of the search, as the actor may read it."""

    kind: str
    record_id: int
    shown: Shown
    owner_id: int | None
    team_id: int | None
    updated_at: datetime
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Answer:
    """An entry that answers, and how well."""

    score: float
    entry: _Entry
    matched: Match


@dataclass(frozen=True, slots=True)
class Tier:
    """At most so many candidates, from the first tree and, when it has too few, from those after it."""

    trees: tuple[Node | None, ...]
    most: int


def find(actor: Actor, text: str, kinds: Iterable[str] | None = None, most: int = 20) -> list[Hit]:
    """What the actor may see and that answers the text, the best first.

    Shape: at most `most` hits; none for a text without letters and digits. Never raises for any text.
    Cost: 1 query, 2 when little is found by whole words and their starts; 1 more for each kind with a rule of its own.
    """
    question = asking.parse(text, settings.KEEN.region)
    reached = reaches(actor, kinds)
    if not question or not reached:
        return []
    candidates = max(min(CANDIDATES, CANDIDATES_EACH * most), 2 * most)
    finding = _Finding(actor, question, reached, most)
    starts = finding.tree(Reading.LAST_STARTS)
    mine = own(actor, reached, lambda parts: asking.tree(question, parts, Reading.LAST_STARTS))
    words = finding.tree(Reading.WORDS)
    tiers = [
        Tier((limited(actor, reached, lambda parts: asking.exact(question, parts)),), EXACT_CANDIDATES),
        Tier((mine,), OWN_CANDIDATES),
        # A letter or two is met by very many: one's own are enough, where there are enough of them.
        Tier((mine, words, starts) if question.is_short else (words, starts), candidates),
    ]
    finding.look(tiers, opened=True)
    if len(finding.hits) < min(most, FEW) and not finding.is_settled:
        reading = Reading.MISTYPED if len(finding.hits) < HARDLY_ANY else Reading.PIECES
        finding.look([Tier((finding.tree(reading),), candidates)], mistyped_too=reading is Reading.MISTYPED)
    return finding.best()


def named(
    actor: Actor, words: Sequence[str], pairs: Sequence[tuple[str, str]], kinds: Iterable[str]
) -> list[Hit]:
    """What the actor may see and whose title has two words that stand side by side, or one of the words alone.

    Shape: folded words; one's own and what was opened last come first. For a sentence, of which few words are names.
    Cost: 1 query; 1 more for each kind with a rule of its own.
    """
    reached = reaches(actor, kinds)
    if not reached or not (words or pairs):
        return []
    finding = _Finding(actor, Question(), reached, CANDIDATES)
    alone = limited(actor, reached, lambda parts: _titled(parts, [(word,) for word in words]))
    mine = own(actor, reached, lambda parts: _titled(parts, [(word,) for word in words]))
    both = limited(actor, reached, lambda parts: _titled(parts, pairs))
    tiers = [Tier((tree,), OWN_CANDIDATES) for tree in (both, mine, alone)]
    lookups = [lookup for tier in tiers if (lookup := _lookup(tier))]
    if not lookups:
        return []
    candidates = " UNION ".join(f"SELECT id FROM ({sql}) AS c{at}" for at, (sql, _) in enumerate(lookups))  # noqa: S608
    allowed, limits = condition(actor, reached)
    values = [value for _, parameters in lookups for value in parameters]
    rows = _fetch(_ROWS.format(candidates=candidates, allowed=allowed), [*values, actor.user_id, *limits])
    entries = really_visible(actor, reached, [_entry(row, reached) for row in rows])
    hits = [_hit(entry, Match(0.0), finding.near(entry)) for entry in entries]
    return sorted(hits, key=lambda hit: (-hit.score, hit.title, hit.record_id))


def _titled(parts: frozenset[Part], sets: Sequence[Sequence[str]]) -> Node | None:
    """The tokens of titles that have every word of one of the sets."""
    if Part.TITLE not in parts or not sets:
        return None
    return some(every(Leaf(Part.TITLE + word) for word in words) for words in sets)


def ids(actor: Actor, text: str, kind: str, most: int = 1000) -> list[int]:
    """The ids of the records of one kind that answer the text, for a list with an order of its own.

    Shape: the `most` that changed last where more have all words or their starts; else as `find` finds them.
    Cost: 1 query, 3 when little is found so; 1 more for a kind with a rule of its own.
    """
    question = asking.parse(text, settings.KEEN.region)
    reached = reaches(actor, [kind])
    lookup = (
        _lookup(Tier((_Finding(actor, question, reached, most).tree(Reading.STARTS),), most))
        if question and reached
        else None
    )
    if lookup is None:
        return []
    if not question.has_numbers:  # digits are looked up by their pieces, which is not exact
        allowed, limits = condition(actor, reached)
        rows = _fetch(_IDS.format(candidates=lookup[0], allowed=allowed), [*lookup[1], *limits])
        found = really_visible(actor, reached, [Key(kind, row[0]) for row in rows])
        if len(found) >= FEW:
            return [key.record_id for key in found]
    return [hit.record_id for hit in find(actor, text, [kind], most)]


def lately(actor: Actor, most: int = 12) -> list[Hit]:
    """What the actor starred and opened last: what is offered before anything is typed.

    Cost: 1 query; 1 more for each kind with a rule of its own.
    """
    reached = reaches(actor, None)
    if not reached:
        return []
    allowed, parameters = condition(actor, reached)
    sql = f"""
        SELECT e.record_kind, e.record_id, e.title, e.subtitle, e.words, e.owner_id, e.team_id, e.updated_at, u.at
        FROM (SELECT kind, record_id, MAX(at) AS at FROM (
            SELECT * FROM (SELECT kind, record_id, at FROM records_favourite WHERE user_id = %s ORDER BY at DESC, id DESC LIMIT %s) AS s
            UNION ALL
            SELECT * FROM (SELECT kind, record_id, at FROM records_recent WHERE user_id = %s ORDER BY at DESC, id DESC LIMIT %s) AS o
        ) AS kept GROUP BY kind, record_id) AS u
        JOIN records_searchentry e ON e.record_kind = u.kind AND e.record_id = u.record_id
        WHERE {allowed} ORDER BY u.at DESC, u.kind, u.record_id DESC LIMIT %s
    """  # noqa: S608
    rows = _fetch(sql, [actor.user_id, most, actor.user_id, most, *parameters, most])
    entries = really_visible(actor, reached, [_entry(row, reached) for row in rows])
    return [_hit(entry, Match(0.0), 0.0) for entry in entries]


class _Finding:
    """One search under way."""

    def __init__(self, actor: Actor, question: Question, reached: Sequence[Reach], most: int) -> None:
        self.most = most
        self.actor = actor
        self.question = question
        self.reached = reached
        self.now = timezone.now()
        self.hits: dict[tuple[str, int], Hit] = {}
        self.closest = 0.0

    @property
    def is_settled(self) -> bool:
        """Whether somebody who said several words, an address or a number got exactly that."""
        precise = (
            len(self.question.terms) > 1 or self.question.has_numbers or "@" in self.question.terms[0].written
        )
        return precise and self.closest >= closeness.EXACT - closeness.IN_FIELD

    def tree(self, reading: Reading) -> Node | None:
        """The tokens to look for when the terms are read so."""
        return limited(self.actor, self.reached, lambda parts: asking.tree(self.question, parts, reading))

    def look(self, tiers: Sequence[Tier], *, opened: bool = False, mistyped_too: bool = False) -> None:
        """Add what one query finds in the tiers, and among what the actor opened last."""
        lookups = [lookup for tier in tiers if (lookup := _lookup(tier))]
        if not lookups:
            return
        if opened:
            lookups.append((_OPENED, [self.actor.user_id, OPENED_CANDIDATES]))
        candidates = " UNION ".join(f"SELECT id FROM ({sql}) AS c{at}" for at, (sql, _) in enumerate(lookups))  # noqa: S608
        allowed, limits = condition(self.actor, self.reached)
        values = [value for _, parameters in lookups for value in parameters]
        rows = _fetch(
            _ROWS.format(candidates=candidates, allowed=allowed), [*values, self.actor.user_id, *limits]
        )
        self._rank([_entry(row, self.reached) for row in rows], mistyped_too)

    def _rank(self, entries: Sequence[_Entry], mistyped_too: bool) -> None:
        answers: list[_Answer] = []
        for entry in entries:
            matched = closeness.match(self.question, entry.shown, mistyped_too=mistyped_too)
            if matched is not None and (entry.kind, entry.record_id) not in self.hits:
                score = matched.closeness + closeness.weight(self._nearness(entry), self.now)
                answers.append(_Answer(score, entry, matched))
        answers.sort(key=lambda answer: -answer.score)
        # Whether a record is really seen costs more than its rank: the closest first, and hardly more than are shown.
        each = max(4 * self.most, CHECKED)
        for start in range(0, len(answers), each):
            self._keep(answers[start : start + each])
            if len(self.hits) >= self.most:
                return

    def _keep(self, answers: Sequence[_Answer]) -> None:
        seen = really_visible(self.actor, self.reached, [answer.entry for answer in answers])
        ids = {id(entry) for entry in seen}
        for answer in answers:
            entry, matched = answer.entry, answer.matched
            if id(entry) in ids:
                self.hits[entry.kind, entry.record_id] = _hit(entry, matched, answer.score)
                self.closest = max(self.closest, matched.closeness)

    def _nearness(self, entry: _Entry) -> Nearness:
        own = entry.owner_id is not None and entry.owner_id == self.actor.user_id
        return Nearness(own, entry.team_id in self.actor.rights.teams, entry.updated_at, entry.opened_at)

    def near(self, entry: _Entry) -> float:
        """How near an entry is to the actor."""
        return closeness.weight(self._nearness(entry), self.now)

    def best(self) -> list[Hit]:
        """The closest hits."""
        return sorted(self.hits.values(), key=lambda hit: (-hit.score, hit.title, hit.record_id))[: self.most]


def _lookup(tier: Tier) -> tuple[str, list[Any]] | None:
    """The query for the ids of a tier, with its parameters: a tree after the other until there are enough."""
    used = store()
    trees = [tree for tree in tier.trees if tree is not None]
    if not trees:
        return None
    parameters = [value for tree in trees for value in (used.render(tree), tier.most)]
    return " UNION ALL ".join([used.lookup] * len(trees)) + " LIMIT %s", [*parameters, tier.most]


def _fetch(sql: str, parameters: Sequence[Any]) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _entry(row: Sequence[Any], reached: Sequence[Reach]) -> _Entry:
    kind, record_id, title, subtitle, words, owner_id, team_id, updated_at, opened_at = row
    parts = next(reach.parts for reach in reached if kind in reach.kinds)
    shown = Shown(
        title if Part.TITLE in parts else "",
        subtitle if Part.SUBTITLE in parts else "",
        {
            name: texts
            for name, texts in orjson.loads(words).items()
            if _FIELD_PARTS.get(name, Part.OTHER) in parts
        },
    )
    return _Entry(
        kind, record_id, shown, owner_id, team_id, _moment(updated_at), opened_at and _moment(opened_at)
    )


def _moment(value: datetime | str) -> datetime:
    """A time as the database gave it: SQLite keeps text in UTC."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _hit(entry: _Entry, matched: Match, score: float) -> Hit:
    fields = entry.shown.fields
    email, phone = next(iter(fields.get("emails", ())), ""), next(iter(fields.get("phones", ())), "")
    nameless = f"{declare.get(entry.kind).label} {entry.record_id}"
    return Hit(
        kind=entry.kind,
        record_id=entry.record_id,
        title=entry.shown.title or email or (phone and _pretty(phone)) or nameless,
        subtitle=entry.shown.subtitle,
        why=_why(entry.kind, matched),
        owner_id=entry.owner_id,
        score=score,
        email=email,
        phone=phone,
        mistyped=matched.mistyped,
    )


def _why(kind: str, matched: Match) -> str:
    """The field and the text in it that answered, for what title and subtitle do not show."""
    if not matched.field:
        return ""
    known = declare.get(kind).by_name.get(matched.field)
    label = known.label if known else matched.field.replace("_", " ").capitalize()
    return f"{label} {_pretty(matched.text) if matched.field == 'phones' else matched.text[:_LONGEST_WHY]}"


def _pretty(phone: str) -> str:
    return phones.pretty(phone, settings.KEEN.region)
