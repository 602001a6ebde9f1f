"""Django's settings, made from the installation's `KEEN_*` settings (keen.site.config)."""

from csp.constants import NONE, SELF

from keen.site import config as installation

config = installation.Config()
SECRET_KEY = installation.signing_key(config)
DEBUG = config.debug
ALLOWED_HOSTS = config.hosts
KEEN = config

INSTALLED_APPS = [
    "keen.site",  # first, so that its commands stand in for those of the same name below
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "keen.core",
    "keen.telemetry",
    "keen.records",
    "keen.people",
    "keen.activities",
    "keen.privacy",
    "keen.sales",
    "keen.orders",
    "keen.integrations",
    "keen.processes",
    "keen.adoption",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "keen.core.edge.EdgeMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "keen.core.edge.PackMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "keen.telemetry.middleware.UsageMiddleware",
    "keen.core.edge.FormMiddleware",
    "keen.core.middleware.SessionLimitsMiddleware",
    "keen.core.middleware.ActorMiddleware",
    "keen.core.middleware.ErrorMiddleware",
]

ROOT_URLCONF = "keen.site.urls"
WSGI_APPLICATION = "keen.site.wsgi.application"

TEMPLATES = [
    {
        "NAME": "keen",
        "BACKEND": "keen.core.jinja.KeenTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "keen.core.jinja.environment",
            "extensions": ["jinja2.ext.do"],
            "context_processors": ["keen.core.accounts.around"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

DATABASES = {
    "default": installation.postgres(config.database_url)
    if config.database_url
    else installation.sqlite(config.data / "keen.sqlite3")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
}
TASKS = {
    "default": {"BACKEND": "keen.core.queue.backend.JobBackend", "QUEUES": ["default", "long", "outbound"]},
}
WIRING = "keen.site.wiring"
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["keen.core.accounts.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "keen.core.accounts.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "keen.core.tokens.ResetTokens"  # noqa: S105
ACCOUNT_FORMS = {
    "change_password": "keen.core.forms.ChangePassword",
    "set_password": "keen.core.forms.SetPassword",
    "reset_password_from_key": "keen.core.forms.ResetPassword",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None  # asked at sign-in
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_RATE_LIMITS = {
    "login_failed": "50/5m/ip,5/5m/key",  # an office shares one address
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = config.proxies
MFA_ADAPTER = "keen.core.accounts.SecondFactors"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an invitation reached the address
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Keen"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = config.base_url.startswith("http://localhost")

SECURE = config.base_url.startswith("https://")
SESSION_ENGINE = "keen.core.sessions"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = config.session_hours * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [config.base_url] if SECURE else []
CSRF_FAILURE_VIEW = "keen.core.views.errors.csrf_failed"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
LARGE_BODIES = {"/import/"}  # for importers alone; this view measures files before it reads them
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = config.time_zone

STATIC_URL = "/static/"
STATIC_ROOT = config.data / "static"
MEDIA_ROOT = config.data / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "keen.site.statics.Statics"},
}
WHITENOISE_USE_FINDERS = DEBUG or not (STATIC_ROOT / "staticfiles.json").exists()

if config.email_url:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    for _name, _value in installation.smtp(config.email_url).items():
        globals()[_name] = _value
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = config.data / "mail"
DEFAULT_FROM_EMAIL = config.email_from

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {
        "hide_keys": {"()": "keen.site.logs.HideKeys"},
        "hide_probes": {"()": "keen.site.logs.HideProbes"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["hide_keys", "hide_probes"],
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"keen": {"level": "INFO"}},
}
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # frame-ancestors in the content security policy forbids framing
    "security.W005",  # what else runs on subdomains is not Keen's to bind to TLS
    "security.W008",  # whoever speaks TLS in front of Keen redirects to it
    "security.W021",  # nor is a place in the browsers' preload lists
]
