"""E-mail addresses: what is one, whose domain it is, and which domains say nothing about the employer."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from keen.lib import text

FREE_DOMAINS: Final = frozenset(
    """
    gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es hotmail.com hotmail.de hotmail.fr hotmail.es
    hotmail.it hotmail.co.uk live.com live.de live.fr live.nl live.co.uk msn.com yahoo.com yahoo.de yahoo.fr yahoo.es
    yahoo.it yahoo.co.uk yahoo.co.jp yahoo.co.in yahoo.ca yahoo.com.br ymail.com rocketmail.com icloud.com me.com
    mac.com aol.com aol.de aim.com gmx.de gmx.net gmx.com gmx.at gmx.ch web.de t-online.de freenet.de arcor.de
    online.de email.de mail.de posteo.de mailbox.org bluewin.ch hispeed.ch sunrise.ch aon.at chello.at a1.net
    orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr numericable.fr telefonica.net terra.es ono.com
    libero.it virgilio.it tiscali.it alice.it tin.it fastwebnet.it btinternet.com sky.com virginmedia.com ntlworld.com
    talktalk.net ziggo.nl planet.nl kpnmail.nl xs4all.nl home.nl telenet.be skynet.be proximus.be comcast.net
    verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net shaw.ca rogers.com sympatico.ca
    bigpond.com optusnet.com.au xtra.co.nz proton.me protonmail.com protonmail.ch pm.me tutanota.com tuta.io
    fastmail.com fastmail.fm zoho.com hey.com mail.com mail.ru inbox.ru list.ru bk.ru yandex.ru yandex.com rambler.ru
    ukr.net wp.pl o2.pl onet.pl interia.pl seznam.cz centrum.cz azet.sk freemail.hu citromail.hu abv.bg
    qq.com 163.com 126.com sina.com sohu.com foxmail.com naver.com daum.net hanmail.net docomo.ne.jp ezweb.ne.jp
    rediffmail.com uol.com.br bol.com.br terra.com.br ig.com.br prodigy.net.mx telia.com online.no sapo.pt
    """.split()  # noqa: SIM905 - words read best as words
)
_ANGLE: Final = re.compile(r"<([^<>]*)>\s*$")
_LONGEST: Final = 320
# Nearly all addresses are this plain, and need not go through the whole of RFC 5321: three times as fast.
_PLAIN: Final = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@((?:[A-Za-z0-9](?:[A-Za-z0-9]|-(?!-))*(?<!-)\.)+[A-Za-z]{2,})"
)
_SHORT: Final = 63
_RESERVED: Final = tuple(f"{sign}{name}" for name in SPECIAL_USE_DOMAIN_NAMES for sign in ".@")


@dataclass(frozen=True, slots=True)
class Email:
    """An address with its domain in lower case, or the reason why it is none.

    Shape: `address` is "" exactly when `valid` is false; `reason` is then a sentence, else "".
    """

    raw: str
    address: str = ""
    domain: str = ""
    valid: bool = False
    reason: str = ""

    @property
    def key(self) -> str:
        """The address as it is compared: all in lower case."""
        return self.address.lower()


def parse(raw: str) -> Email:
    """The address in `raw`; "Anna <anna@nord.example>" and mailto: links are read too. Never raises, asks no network."""
    return _parse(text.clean(raw))


@lru_cache(maxsize=2_048)
def _parse(cleaned: str) -> Email:
    if not cleaned:
        return Email(raw="", reason="There is no address.")
    candidate = found.group(1).strip() if (found := _ANGLE.search(cleaned)) else cleaned
    if candidate[:7].lower() == "mailto:":
        candidate = candidate[7:].split("?", 1)[0]
    if is_exchange(candidate):
        reason = "This is an internal Exchange name, not an e-mail address. Look the address up in the address book."
        return Email(raw=cleaned, reason=reason)
    if len(candidate) > _LONGEST:
        return Email(raw=cleaned, reason="The address is too long.")
    if (found := _PLAIN.fullmatch(candidate)) and len(candidate) <= _SHORT and not _is_reserved(candidate):
        host = found.group(1).lower()
        return Email(raw=cleaned, address=f"{candidate[: -len(host)]}{host}", domain=host, valid=True)
    try:
        checked = validate_email(candidate, check_deliverability=False)
    except EmailNotValidError as error:
        return Email(raw=cleaned, reason=str(error))
    domain_part = checked.domain.lower()
    return Email(raw=cleaned, address=f"{checked.local_part}@{domain_part}", domain=domain_part, valid=True)


def _is_reserved(address: str) -> bool:
    return address.lower().endswith(_RESERVED)


def is_exchange(value: str) -> bool:
    """Whether the value is an X.500 name such as "/o=Org/ou=First/cn=Recipients/cn=anna"."""
    return value[:3].lower() in {"/o=", "/c="} or "/cn=recipients" in value.lower()


def domain(address: str) -> str:
    """The part after the last @ in lower case, or ""."""
    return address.rpartition("@")[2].strip().lower() if "@" in address else ""


def company_domain(address: str) -> str:
    """The domain when it can stand for an employer; "" for free mail providers."""
    found = domain(address)
    return "" if found in FREE_DOMAINS else found
