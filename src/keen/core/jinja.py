"""The one template language: Jinja2, with the components of the design system as `ui` in every template."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zlib import crc32

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_currency, format_decimal
from django.apps import apps
from django.conf import settings
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils import timezone
from jinja2 import Environment, FileSystemBytecodeCache, Undefined, nodes, select_autoescape
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup

from keen.core import markup
from keen.lib import text

LOCALE = Locale.parse("en_GB")
SOON = 5  # seconds that nobody counts


class KeenTemplates(Jinja2):
    """Jinja2 that looks into the `templates` folders of Keen's own packages alone, so that others keep theirs."""

    app_dirname = "templates"

    @property
    def template_dirs(self) -> tuple[str, ...]:
        """The folders of Keen's packages."""
        return tuple(
            str(Path(app.path) / "templates")
            for app in apps.get_app_configs()
            if app.name.startswith("keen.")
        )


class LeanCode(CodeGenerator):
    """Writes what is put into a page without wrapping each piece as Markup: a list has thousands of them."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.put(")


class Lean(Environment):
    """An environment whose pages are put together by `markup.put`."""

    code_generator_class = LeanCode
    put = staticmethod(markup.put)


def environment(**options: Any) -> Environment:
    """The environment with Keen's globals and filters."""
    # The same templates in debug mode: Django's choice there prints what is missing into the page.
    options.update(autoescape=select_autoescape(default=True, default_for_string=True), undefined=Undefined)
    cache = Path(settings.KEEN.data) / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    kept = FileSystemBytecodeCache(str(cache), "lean-%s.cache")
    made = Lean(**options, trim_blocks=True, lstrip_blocks=True, bytecode_cache=kept)
    made.globals.update(
        url=address, static=static, sprite=static("core/icons.svg"), now=timezone.now, demo=settings.KEEN.demo
    )
    made.filters.update(
        ago=ago, day=day, time=clock, money=money, number=number, when=when, initials=initials, tone=tone
    )
    made.globals["pieces"] = SimpleNamespace(
        icon=partial(icon, static("core/icons.svg")),
        attributes=markup.attributes,
        kbd=markup.kbd,
        options=markup.options,
    )
    made.globals["ui"] = components(made)
    return made


def icon(sprite: str, name: str, small: bool = False, label: str = "") -> Markup:
    """One icon of the sprite. Decoration unless `label` names it."""
    return markup.drawn(sprite, name, bool(small), label or "")


def components(made: Environment) -> SimpleNamespace:
    """Every macro of ui/*.html under its own name."""
    found: dict[str, Callable[..., str]] = {}
    for name in made.list_templates(filter_func=lambda name: name.startswith("ui/")):
        module = made.get_template(name).module
        found.update(
            {key: value for key, value in vars(module).items() if callable(value) and not key.startswith("_")}
        )
    return SimpleNamespace(**found)


TONES = ("", "b", "c", "d", "e")


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """Two letters at most, for an avatar."""
    return text.initials(name) or "?"


@lru_cache(maxsize=4096)
def tone(name: str) -> str:
    """The avatar's colour: picked from the letters, so that somebody has the same one everywhere and always."""
    return TONES[crc32(name.casefold().encode()) % len(TONES)]


def address(name: str, *args: object, **kwargs: object) -> str:
    """The address of a route by its name."""
    if not args and not kwargs:
        return _fixed_address(name, get_script_prefix(), get_urlconf())
    return reverse(name, args=args or None, kwargs=kwargs or None)


@lru_cache(maxsize=512)
def _fixed_address(name: str, prefix: str, urls: str | None) -> str:
    """The address of a route without arguments: a page names dozens of them, and they stay what they are."""
    del prefix
    return reverse(name, urls)


def day(value: date | datetime | None, style: str = "") -> str:
    """A day as people say it: Today, Tomorrow, Thu 26 Nov, with the year when it is another one.

    style: "long" is always Thursday 26 November, "heading" is that or Today, Tomorrow, Yesterday.
    """
    if value is None:
        return ""
    on = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return _day(on, timezone.localdate(), style)


@lru_cache(maxsize=4096)
def _day(on: date, today: date, style: str) -> str:
    near = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get((on - today).days)
    if near and style != "long":
        return near
    pattern = "EEEE d MMMM" if style else "EEE d MMM"
    return str(format_date(on, pattern if on.year == today.year else f"{pattern} y", locale=LOCALE))


def clock(value: datetime | None) -> str:
    """The time of day, 24 hours, where the reader is."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{local.hour:02}:{local.minute:02}"


def when(value: datetime | None) -> str:
    """The day and the time."""
    return "" if value is None else f"{day(value)} {clock(value)}"


def ago(value: date | datetime | None) -> str:
    """How long ago, or how far ahead, in the largest unit."""
    if value is None:
        return ""
    if not isinstance(value, datetime):
        return day(value)
    seconds = round((value - timezone.now()).total_seconds())
    # Coarse as it is read, so that few different ones have to be worded.
    grain = (
        1 if abs(seconds) < 60 else 60 if abs(seconds) < 3600 else 3600 if abs(seconds) < 172_800 else 86_400
    )
    return _ago(seconds // grain * grain if seconds >= 0 else -(-seconds // grain * grain))


@lru_cache(maxsize=4096)
def _ago(seconds: int) -> str:
    if abs(seconds) < SOON:
        return "just now" if seconds <= 0 else "in a moment"
    return str(format_timedelta(timedelta(seconds=seconds), add_direction=True, locale=LOCALE, threshold=0.9))


def money(value: Any, currency: str = "") -> str:
    """An amount with its currency."""
    return (
        ""
        if value is None
        else str(format_currency(value, currency or settings.KEEN.currency, locale=LOCALE))
    )


def number(value: Any) -> str:
    """A number with thousands set apart."""
    return "" if value is None else str(format_decimal(value, locale=LOCALE))
