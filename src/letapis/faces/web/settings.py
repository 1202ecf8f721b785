"""Django settings of the desk.

Nothing here names a workspace: ``desk.opening`` registers the database when the desk opens, and whatever must differ from
one run to the next (secret key, name of the cookie) is made from fresh randomness when this module is imported.
Sessions live in the memory of this one process: they end with it, and reading leaves no row on the disk.
"""

import secrets

DEBUG = False
SECRET_KEY = secrets.token_urlsafe(48)

# security.HostMiddleware lets exactly one host and port through before Django looks; which one differs with every start.
ALLOWED_HOSTS = ["*"]

INSTALLED_APPS = ["letapis.engines.db", "letapis.faces.web"]
DATABASES: dict[str, dict[str, object]] = {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOT_URLCONF = "letapis.faces.web.urls"
APPEND_SLASH = False

# Outermost first. The four questions are asked before anything reads a body; the session before a form or an upload is parsed.
MIDDLEWARE = [
    "letapis.faces.web.security.PageRulesMiddleware",
    "letapis.faces.web.languages.LanguageMiddleware",
    "letapis.faces.web.security.HostMiddleware",
    "letapis.faces.web.security.MethodMiddleware",
    "letapis.faces.web.security.OriginMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "letapis.faces.web.session.DeskMiddleware",
    "letapis.faces.web.answers.AnswerMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "letapis.faces.web.once.OnceMiddleware",
    "letapis.faces.web.kept.KeptMiddleware",
    "letapis.faces.web.errors.ErrorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.csrf", "letapis.faces.web.context.desk"],
            "builtins": ["letapis.faces.web.templatetags.desk", "letapis.faces.web.templatetags.keeping"],
        },
    }
]

SESSION_ENGINE = "django.contrib.sessions.backends.cache"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": None, "OPTIONS": {"MAX_ENTRIES": 10_000}}}
# Host-only cookies with a random name: two desks on one machine do not read each other's.
SESSION_COOKIE_NAME = "d" + secrets.token_hex(8)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LANGUAGE_COOKIE_NAME = "l" + secrets.token_hex(8)

CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "letapis.faces.web.errors.csrf_failure"

# The sealing handler is the only one: a body never becomes a temporary file. Form fields stay in memory and are bounded.
FILE_UPLOAD_HANDLERS = ["letapis.faces.web.uploads.SealingUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024  # the longest note in Cyrillic, as a browser writes it: six bytes a letter
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4_000
DATA_UPLOAD_MAX_NUMBER_FILES = 200

USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("be", "Беларуская"), ("ru", "Русский")]

# Logging is set up by weblog.py: Django's own would write paths, queries and tracebacks.
LOGGING_CONFIG = None
