"""Keen on a phone: installed like an app, opened without a network, and who is asking when what waited is sent."""

from hashlib import sha256
from pathlib import Path

import orjson
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse

from keen.core import pages
from keen.core.access import KeenRequest, public, route

# What every page needs: kept on the device whole, and as of one version.
SHELL = (
    "core/base.css", "core/components.css", "core/fonts/instrument-sans-latin-wght.woff2", "core/icons.svg", "core/keen.svg",
    "core/vendor/htmx-4.0.1.min.js", "core/app.js", "core/keys.js", "core/forms.js", "core/lists.js", "core/usage.js",
    "core/outbox.js", "core/phone.js",
)  # fmt: skip
WORKER = ("core/outbox.js", "core/worker.js")
COPIES_DAYS = 7
LIGHT, DARK = "#f7f4f5", "#131012"
ICONS = (("192", "any"), ("512", "any"), ("512", "maskable"))
SHORTCUTS = (("Log a call", "/calls/new/"), ("New person", "/contacts/new/"), ("Today", "/"))


@public
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone has to know to put Keen beside its other apps."""
    told = {
        "id": "/",
        "name": "Keen",
        "short_name": "Keen",
        "description": "People, companies, calls and what comes next.",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": "en",
        "categories": ["business", "productivity"],
        "background_color": LIGHT,
        "theme_color": LIGHT,
        "icons": [
            {
                "src": static(f"core/app/{'maskable' if purpose == 'maskable' else 'icon'}-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size, purpose in ICONS
        ],
        "shortcuts": [{"name": name, "url": address} for name, address in SHORTCUTS],
    }
    return _told(orjson.dumps(told), "application/manifest+json")


@public
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that answers for Keen without a network. It is another one whenever a file of the shell is another one."""
    files = [_found(name) for name in SHELL]
    shell = {
        "version": _version(files),
        "files": [static(name) for name in SHELL],
        "offline": reverse("offline"),
        "enter": reverse("account_login"),
        "leave": reverse("account_logout"),
        "days": COPIES_DAYS,
    }
    parts = [b"const SHELL = " + orjson.dumps(shell) + b";", *(_found(name).read_bytes() for name in WORKER)]
    return _told(b"\n".join(parts), "text/javascript; charset=utf-8")


def _found(name: str) -> Path:
    """The file as it is served."""
    collected = Path(settings.STATIC_ROOT) / static(name).removeprefix(settings.STATIC_URL)
    return collected if collected.is_file() else Path(str(finders.find(name)))


def _version(files: list[Path]) -> str:
    """A name for these files: hashed names tell their content, others their time."""
    named = "|".join(f"{file.name}:{file.stat().st_mtime_ns}:{file.stat().st_size}" for file in files)
    return sha256(named.encode()).hexdigest()[:16]


def _told(text: bytes, kind: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=kind)
    answer["Cache-Control"] = "no-cache"
    return answer


@public
def offline(request: HttpRequest) -> HttpResponse:
    """The page in the place of one that is not on the device. It is kept for whoever holds it, so it names nobody."""
    return pages.render(request, "core/offline.html", {"me": None, "theme": "", "csrf_token": ""})


@route()
def here(request: KeenRequest) -> HttpResponse:
    """Who has signed in, and the key without which nothing is written; nobody, for who looks at the app as somebody else."""
    user = "" if getattr(request, "acting_as", None) else str(request.user.pk)
    answer = JsonResponse({"user": user, "csrf": get_token(request)})
    answer["Cache-Control"] = "no-store"
    return answer
