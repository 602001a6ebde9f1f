"""How people and groups stand, what people say and are asked, and what the company decided about its measures."""

from keen.adoption.models.rules import ModeChange, PolicyVersion
from keen.adoption.models.standings import ForeignLog, ForeignPerson, GroupStanding, Standing, TeamReview
from keen.adoption.models.voice import Message, Poll, Question, Reply, Voice

__all__ = [
    "ForeignLog",
    "ForeignPerson",
    "GroupStanding",
    "Message",
    "ModeChange",
    "PolicyVersion",
    "Poll",
    "Question",
    "Reply",
    "Standing",
    "TeamReview",
    "Voice",
]
