"""Logs as files: comma-separated values in the ways of several CRMs."""

import gzip
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from keen.adoption.domain.foreign import CSV, DYNAMICS, PRESETS, XES, LogEvent
from keen.adoption.domain.logfiles import events_in, opened
from keen.lib.errors import RuleError

ZONE = ZoneInfo("Europe/Amsterdam")


def csv_file(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "log.csv"
    file.write_text(text, encoding="utf-8-sig")
    return file


def test_an_audit_of_dynamics_is_read_with_its_own_way_of_writing_times(tmp_path: Path) -> None:
    file = csv_file(
        tmp_path,
        "Changed Date;Event;Changed By;Entity;Record\n11/20/2026 03:04 PM;Update;Anna Berg;Opportunity;Nordwind\n",
    )
    mapping = replace(PRESETS[DYNAMICS], time_format="%m/%d/%Y %I:%M %p")

    with opened(file) as opened_file:
        found = list(events_in(opened_file, DYNAMICS, mapping, ZONE))

    assert found == [
        LogEvent("Anna Berg", datetime(2026, 11, 20, 15, 4, tzinfo=ZONE), "Update+Opportunity", "Nordwind")
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("user,when,activity,case\na,2026-01-01,x,1\n", "no column “time”"),
        ("user,time,activity,case\na,yesterday,x,1\n", "cannot be read as 2026-11-20T15:04:05"),
        ("user,time,activity,case\n", "holds no events"),
    ],
)
def test_a_log_that_does_not_fit_is_refused_with_what_to_mend(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with opened(csv_file(tmp_path, text)) as file, pytest.raises(RuleError, match=sentence):
        list(events_in(file, CSV, PRESETS[CSV], ZONE))


def test_a_packed_log_is_unpacked_and_a_torn_one_refused(tmp_path: Path) -> None:
    log = b"""<log><trace><event><string key="org:resource" value="a"/><string key="concept:name" value="A"/>
    <date key="time:timestamp" value="2026-01-05T10:00:00+01:00"/></event></trace></log>"""
    packed = tmp_path / "log.xes.gz"
    packed.write_bytes(gzip.compress(log))

    with opened(packed) as file:
        assert [(one.who, one.what) for one in events_in(file, XES, PRESETS[XES], ZONE)] == [("a", "A+")]
    packed.write_bytes(gzip.compress(log[:60]))
    with opened(packed) as file, pytest.raises(RuleError, match="no log in XES"):
        list(events_in(file, XES, PRESETS[XES], ZONE))
