"""Event logs in XES."""

from io import BytesIO

import pytest

from keen.lib.xes import XesError, read_events

LOG = b"""<?xml version="1.0"?><log xmlns="http://www.xes-standard.org/">
<global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
<string key="outside" value="x"><string key="deep" value="y"/></string>
<trace><string key="concept:name" value="17"/><event><string key="org:resource" value="112"/>
<string key="concept:name" value="A"><string key="inner" value="hidden"/></string></event></trace>
<trace><event><date key="time:timestamp" value="2011-10-01T00:38:44.546+02:00"/></event></trace></log>"""


def test_each_event_comes_with_what_its_trace_says() -> None:
    assert list(read_events(BytesIO(LOG))) == [
        {"case:concept:name": "17", "org:resource": "112", "concept:name": "A"},
        {"time:timestamp": "2011-10-01T00:38:44.546+02:00"},
    ]


@pytest.mark.parametrize("torn", [LOG[:300], b"not xml at all", b""])
def test_what_is_no_log_is_refused(torn: bytes) -> None:
    with pytest.raises(XesError, match="no log in XES"):
        list(read_events(BytesIO(torn)))


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><log>&b;</log>'

    with pytest.raises(XesError, match="entities"):
        list(read_events(BytesIO(bomb)))
