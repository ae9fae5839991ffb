"""환경 변수에서 읽는 설정. 변수 목록과 뜻은 docs/operators/settings.md 에 있다."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# 개발이 기본값이다. 운영 서버는 PRODUCTION=1 로 켜고, 그때는 빠진 값이 있으면 뜨지 않는다.
PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=not PRODUCTION)
SECRET_KEY = env.str("SECRET_KEY", default="" if PRODUCTION else "development-only-not-for-production")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
if PRODUCTION:
    for name, value in {"SECRET_KEY": SECRET_KEY, "ALLOWED_HOSTS": ALLOWED_HOSTS}.items():
        if not value:
            raise ImproperlyConfigured(f"운영에서는 환경 변수 {name}을(를) 꼭 정해야 합니다. docs/operators/settings.md 를 보세요.")
    if DEBUG:
        raise ImproperlyConfigured("운영에서는 DEBUG 를 켤 수 없습니다.")

INSTALLED_APPS = [
    "config",
    "core",
    "planning",
    "budget",
    "evaluation",
    "legal",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tables2",
    "django_filters",
    "import_export",
    "django_htmx",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "core.org.session_limit.SessionLimitMiddleware",
    "core.org.sign_in.SignInMiddleware",
    "core.history.context.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    # 로그인과 위조 검사를 지난 요청만 본다.
    "core.screens.once.OnceMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.frame.frame",
            ],
            # 앱 안쪽 폴더의 부품은 장고가 저절로 찾지 못한다.
            "libraries": {
                "parts": "core.screens.templatetags.parts",
                "charts": "core.charts.templatetags.charts",
                "documents": "core.documents.templatetags.documents",
                "deadlines": "core.deadlines.templatetags.deadlines",
                "committees": "core.committees.templatetags.committees",
            },
        },
    },
]

# 자료를 두는 곳. 여러 서버로 나눌 때는 공유 볼륨을 DATA_DIR 로 준다.
DATA_DIR = env.path("DATA_DIR", default=str(BASE_DIR / "var"))
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR('db.sqlite3')}")}
_database = DATABASES["default"]
# 요청마다 새로 열면 여는 데만 CPU 2~4ms 가 든다. 연결은 스레드마다 하나이고, 복구한 파일도 이 시간 안에 다시 연다.
# 개발 서버는 요청마다 새 스레드라 SQLite 의 연결을 남겨 둘 까닭이 없다.
_embedded = _database["ENGINE"] == "django.db.backends.sqlite3"
_database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60 if PRODUCTION or not _embedded else 0)
if _embedded:
    Path(DATA_DIR()).mkdir(parents=True, exist_ok=True)
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    _database["CONN_HEALTH_CHECKS"] = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# 로그인. 사번이 아이디다. 행정망 통합 로그인은 AUTHENTICATION_BACKENDS 에 하나를 더하면 된다(docs/operators/sign-on.md).
AUTH_USER_MODEL = "core.Staff"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "core.org.sign_in.AddressLimitBackend",
    *env.list("EXTRA_AUTHENTICATION_BACKENDS", default=[]),
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "core.org.password_rules.SimilarityValidator", "OPTIONS": {"user_attributes": ["employee_number", "name"]}},
    {"NAME": "core.org.password_rules.LengthValidator", "OPTIONS": {"min_length": env.int("PASSWORD_MIN_LENGTH", default=9)}},
    {"NAME": "core.org.password_rules.CommonValidator"},
    {"NAME": "core.org.password_rules.MixedValidator"},
]
# 글자·숫자·기호 가운데 둘 이상을 섞게 하는 기관 지침. ASVS 6.2.5 와 어긋나므로 끌 수 있게 둔다.
PASSWORD_MIXED = env.bool("PASSWORD_MIXED", default=True)
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURE_LIMIT", default=5)
AXES_COOLOFF_TIME = env.float("LOGIN_COOLOFF_HOURS", default=0.25)
# 한 사람의 실패가 같은 주소의 다른 사람까지 막지 않게 사번과 주소를 함께 센다.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# 한 주소에서 여러 사번을 돌려 대는 것을 막는다. 한 건물이 한 주소로 나오는 기관에서도 걸리지 않게 넉넉하다. 0 이면 세지 않는다.
ADDRESS_FAILURE_LIMIT = env.int("ADDRESS_FAILURE_LIMIT", default=50)
AXES_LOCKOUT_TEMPLATE = "lockout.html"
AXES_USERNAME_FORM_FIELD = "username"
# 앞에 둔 프록시의 수. 그만큼 뒤에서 센 X-Forwarded-For 만 믿는다.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)
AXES_CLIENT_IP_CALLABLE = "core.privacy.services.client_address"
IDLE_MINUTES = env.int("IDLE_MINUTES", default=30)
# 쓰고 있더라도 이 시간이 지나면 다시 로그인한다.
SESSION_HOURS = env.int("SESSION_HOURS", default=12)
# 세션은 1분에 한 번 적으므로(core.org.session_limit), 그만큼 더 두어야 알린 때보다 먼저 끝나지 않는다.
SESSION_COOKIE_AGE = IDLE_MINUTES * 60 + 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# 알림에는 사람과 자료의 이름이 적힌다. 쿠키에 담으면 로그아웃한 뒤에도 브라우저에 남는다.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

HTTPS = env.bool("HTTPS", default=PRODUCTION)
if HTTPS:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^health/$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    # 관리자 화면은 장고의 것이라 예외 없이 같은 규칙을 지킨다. 인라인 스타일과 스크립트는 어디에도 없다.
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# 알림을 전자우편으로도 보낼 것인가. 켜면 EMAIL_URL 의 서버로 보내고, 글에 SITE_URL 을 붙여 적는다.
NOTICE_MAIL = env.bool("NOTICE_MAIL", default=False)
SITE_URL = env.str("SITE_URL", default="")
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="planning@localhost")

LANGUAGE_CODE = "ko-kr"
TIME_ZONE = "Asia/Seoul"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
MEDIA_ROOT = DATA_DIR("files")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# 운영이 아니면 모아 두지 않은 파일도 바로 보낸다. DEBUG 를 꺼도 화면이 제 모습이다.
WHITENOISE_USE_FINDERS = not PRODUCTION
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# 장고는 올리는 파일의 크기를 막지 않으므로 올리는 동안 세어서 끊는다.
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_MB", default=50) * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["core.documents.uploads.SizeLimitedUploadHandler"]
# 기관 백신. 파일 경로를 끝에 붙여 부르고, 0 이 아니면 받지 않는다. 예: clamdscan,--fdpass,--no-summary
VIRUS_SCANNER = env.list("VIRUS_SCANNER", default=[])
# 올린 파일의 행이 이보다 많으면 작업 프로세스가 읽는다. 적으면 화면이 바로 읽는다.
BACKGROUND_ROWS = env.int("BACKGROUND_ROWS", default=5_000)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# import-export 의 기본값은 권한 없는 직원에게도 가져오기를 열어 둔다.
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"

DJANGO_TABLES2_TEMPLATE = "core/table.html"

# 이 기관. 보고서 머리와 대시보드의 기본 부서가 된다.
DIVISION_NAME = env.str("DIVISION_NAME", default="기획예산과")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"axes": {"level": "WARNING"}},
}
