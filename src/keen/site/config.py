"""What can be set from outside: one row a setting, read from `KEEN_*` in the environment."""

import re
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import unquote, urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from keen.integrations.domain.places import networks_of

PROJECT = Path(__file__).resolve().parents[3]


class Config(BaseSettings):
    """The installation's settings. Every one is described in docs/reference/settings.md."""

    model_config = SettingsConfigDict(env_prefix="KEEN_", env_ignore_empty=True, extra="ignore")

    data: Path = Field(default=PROJECT / "var" / "keen", description="Directory of database, files and keys")
    database_url: str = Field(
        default="", description="postgres://user:password@host:port/name, empty for SQLite"
    )
    secret_key: str = Field(
        default="", description="Signing key, empty for the one kept in the data directory"
    )
    base_url: str = Field(
        default="http://localhost:8000", description="Address people use, for links in mail"
    )
    allowed_hosts: str = Field(
        default="localhost,127.0.0.1,[::1]", description="Host names the server answers to, comma separated"
    )
    proxies: int = Field(default=0, description="Reverse proxies in front that tell the visitor's address")
    email_url: str = Field(
        default="", description="smtp://user:password@host:port?tls=1, empty to keep mail in files"
    )
    email_from: str = Field(default="Keen <keen@localhost>", description="Sender of the mail Keen writes")
    demo: bool = Field(default=False, description="A demo company: sign in as any role with one click")
    debug: bool = Field(default=False, description="Developer pages with tracebacks, never in production")
    region: str = Field(default="DE", description="Two-letter country that local phone numbers belong to")
    currency: str = Field(default="EUR", description="ISO 4217 code of the company's currency")
    time_zone: str = Field(
        default="Europe/Berlin", description="IANA time zone of those who have not chosen one"
    )
    session_idle_minutes: int = Field(
        default=180, ge=5, description="Minutes without use after which somebody is signed out"
    )
    session_hours: int = Field(
        default=12, ge=1, description="Hours after which everybody signs in again, whatever they do"
    )
    undo_hours: int = Field(default=24, description="Hours in which a write can be undone")
    undo_days_bulk: int = Field(default=30, description="Days in which an import or a merge can be undone")
    api_reads_per_minute: int = Field(
        default=600, ge=0, description="Requests a minute by which one token may read, 0 for any number"
    )
    api_writes_per_minute: int = Field(
        default=300, ge=0, description="Requests a minute by which one token may write, 0 for any number"
    )
    forms_per_minute: int = Field(
        default=6,
        ge=0,
        description="Times a minute by which one address may send web forms, 0 for any number",
    )
    usage_days: int = Field(
        default=30, ge=1, le=30, description="Days for which single usage events are kept, 30 at most"
    )
    usage_months: int = Field(
        default=13,
        ge=1,
        le=13,
        description="Months for which daily sums of usage events are kept, 13 at most",
    )
    backup_dir: str = Field(
        default="", description="Directory of the daily backups, empty for `backups` in the data directory"
    )
    backup_keep: int = Field(
        default=7, ge=0, description="How many daily backups are kept, 0 to make none by the clock"
    )
    backup_rehearse: bool = Field(
        default=True,
        description="Restore each daily backup into a temporary place and compare it with itself",
    )
    backup_passphrase: str = Field(
        default="", description="Passphrase that new backups are encrypted with, empty to leave them open"
    )
    invitation_days: int = Field(default=14, description="Days until an invitation link expires")
    webhook_allow_http: bool = Field(
        default=False, description="Webhooks may go to http:// addresses, for tests and closed networks"
    )
    webhook_networks: str = Field(
        default="", description="Private networks that webhooks may reach, such as 10.1.0.0/16,192.168.1.5"
    )
    webhook_days: int = Field(
        default=5, ge=1, description="Days of failure after which a webhook is switched off"
    )
    webhook_log_days: int = Field(default=30, ge=1, description="Days that the log of webhooks goes back")

    @property
    def backups(self) -> Path:
        """The directory of the daily backups."""
        return Path(self.backup_dir) if self.backup_dir else self.data / "backups"

    @field_validator("webhook_networks")
    @classmethod
    def _networks(cls, given: str) -> str:
        networks_of(given)
        return given

    @property
    def hosts(self) -> list[str]:
        """The host names as a list."""
        return [host.strip() for host in str(self.allowed_hosts).split(",") if host.strip()]


def signing_key(config: Config) -> str:
    """The key of the environment, or the one of the data directory, made at the first start and readable by its owner alone."""
    if config.secret_key:
        return config.secret_key
    path = config.data / "secret.key"
    if not path.exists():
        config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{token_urlsafe(6)}")
        draft.touch(mode=0o600)
        draft.write_text(token_urlsafe(60))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            draft.unlink()  # another process was first, its key holds
        else:
            draft.unlink()
    return path.read_text().strip()


def postgres(address: str) -> dict[str, object]:
    """Django's database entry for a postgres:// address. `?schema=NAME` keeps the tables in a schema of that name."""
    parts = urlsplit(address)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    schema = re.sub(r"[^a-z0-9_]", "", query.get("schema", ""))
    within = f" -c search_path={schema}" if schema else ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": "-c statement_timeout=60000 -c lock_timeout=10000 -c timezone=UTC" + within},
    }


def sqlite(path: Path) -> dict[str, object]:
    """Django's database entry for a SQLite file: durable on commit, one writer at a time in line, readers never wait."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA trusted_schema=OFF; PRAGMA secure_delete=ON; PRAGMA cache_size=-8000; "
                "PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY;"
            ),
        },
    }


def smtp(address: str) -> dict[str, object]:
    """Django's mail settings for an smtp:// address."""
    parts = urlsplit(address)
    secure = "tls=1" in parts.query
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (587 if secure else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": secure,
        "EMAIL_TIMEOUT": 15,
    }
