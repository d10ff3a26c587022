"""One frozen settings object for a process, built at the start from the environment."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from billing.channel_settings import SHORTEST_SECRET
from billing.errors import SettingInvalid, SettingMissing
from billing.helpdesk_settings import HelpdeskSettings
from billing.money import CURRENCIES
from billing.scaling_settings import ScalingSettings
from billing.setting_lists import listed

ROOT = Path(__file__).resolve().parent.parent
_DEMO_SECRET = "demo-only-secret-of-32-bytes-or-more"  # noqa: S105  refused in production


_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?|https?://\[[0-9a-f:]+\](:[0-9]+)?")
_SECRETS = (
    "token_secret",
    "internal_secret",
    "metrics_token",
    "sales_webhook_secret",
    "alert_webhook_secret",
    "stripe_webhook_secret",
)


def normalise_url(url: str) -> str:
    """Plain `postgresql://` and `postgres://` mean psycopg 3, the driver that is installed."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


class Settings(HelpdeskSettings, ScalingSettings):
    """What an operator may set; every name is read from the environment in upper case.

    In `production` the secrets have no default: `require_secrets` names the one that is missing.
    """

    model_config = SettingsConfigDict(frozen=True, env_file=None, extra="ignore")

    mode: Literal["demo", "production"] = "demo"
    database_url: str = f"sqlite:///{ROOT / 'var' / 'billing.db'}"
    tracker_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    token_secret: str | None = None
    token_jwks_url: str | None = None
    token_jwks_seconds: float = Field(default=300, ge=1, le=86_400)
    token_issuer: str = "billing-assistant"  # noqa: S105  a name
    token_audience: str = "billing-assistant"  # noqa: S105  a name
    internal_secret: str | None = None
    metrics_token: str | None = None
    """Who shows it reads `/metrics`; without one only this machine does."""
    log_level: Literal["info", "warning", "error"] = "warning"
    log_format: Literal["json", "text"] = "text"
    otel_exporter_otlp_endpoint: str | None = None
    widget_origins: Annotated[tuple[str, ...], NoDecode] = ()
    sales_webhook_url: str | None = None
    sales_webhook_secret: str | None = None
    alert_webhook_url: str | None = None
    alert_webhook_secret: str | None = None
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password: str | None = None
    smtp_from: str | None = None
    stripe_secret_key: str | None = None
    stripe_publishable_key: str | None = None
    stripe_webhook_secret: str | None = None
    stripe_api_url: str = "https://api.stripe.com"
    stripe_js_url: str = "https://js.stripe.com/v3/"
    developer_account: str | None = None
    handoff_patience_minutes: int = Field(default=10, ge=1, le=1440)
    outgoing_private_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Hosts of one's own network that may be called in production, as they are written in the other settings."""
    data_keys: Annotated[tuple[str, ...], NoDecode] = ()
    """The first encrypts contact data, each of them decrypts it."""
    receipt_keys: Annotated[tuple[str, ...], NoDecode] = ()
    """The first signs receipts, each of them verifies; `public:` and a public key verifies only."""
    conversation_retention_days: int = Field(default=365, ge=0, le=3650)
    """Conversations, done events of channels and delivered payloads are forgotten after so long; 0: never."""
    unsure_retention_days: int = Field(default=90, ge=0, le=3650)
    correction_limits: Annotated[dict[str, Decimal], NoDecode] = Field(
        default={"USD": Decimal(100), "JPY": Decimal(15_000), "KRW": Decimal(150_000)}
    )
    """Up to so much of credit one operator corrects alone on an account within 24 hours."""
    correction_proposal_days: int = Field(default=7, ge=1, le=90)
    seller_file: Path = ROOT / "data" / "documents" / "seller.yml"

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _lower(cls, name: object) -> object:
        """`INFO` as `info`. There is no `debug`: it would tell of customers' words."""
        return name.lower() if isinstance(name, str) else name

    @field_validator("widget_origins", mode="before")
    @classmethod
    def _separate(cls, origins: object) -> object:
        """`https://shop.example https://www.shop.example`, separated by spaces or commas."""
        return listed(origins)

    @field_validator("data_keys", "outgoing_private_hosts", "receipt_keys", mode="before")
    @classmethod
    def _several(cls, values: object) -> object:
        """Separated by spaces or commas; of keys the newest first."""
        return listed(values)

    @field_validator("correction_limits", mode="before")
    @classmethod
    def _by_currency(cls, limits: object) -> object:
        """`USD=100 JPY=15000`, separated by spaces or commas; a currency that is not named keeps its default."""
        pairs = listed(limits)
        if not isinstance(pairs, tuple):
            return pairs
        named = dict(each.partition("=")[::2] for each in pairs)
        return cls.model_fields["correction_limits"].default | {name.upper(): amount for name, amount in named.items()}

    @field_validator("correction_limits")
    @classmethod
    def _limits(cls, limits: dict[str, Decimal]) -> dict[str, Decimal]:
        for currency, amount in limits.items():
            if currency not in CURRENCIES or not amount.is_finite() or amount < 0:
                raise SettingInvalid(f"CORRECTION_LIMITS: {currency}={amount} is no limit like USD=100")
        return limits

    @field_validator("widget_origins")
    @classmethod
    def _exact(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        """Origins as browsers send them: a pattern or a path would never match, or match too much."""
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise SettingInvalid(f"WIDGET_ORIGINS: {origin} is no origin like https://shop.example")
        return origins

    @property
    def tracker_address(self) -> str:
        """Where conversations are kept: beside the embedded database, or in the same PostgreSQL."""
        if self.tracker_url:
            return self.tracker_url
        if self.database_url.startswith("sqlite:///"):
            path = Path(self.database_url.removeprefix("sqlite:///"))
            return f"sqlite:///{path.with_name(path.stem + '-conversations.db')}"
        return normalise_url(self.database_url)

    @property
    def own_address(self) -> str:
        """Where customers' browsers reach this server: PUBLIC_URL, else the address that it listens on."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104  replaced, not listened on
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def require_secrets(self) -> None:
        """Refuse to start in production without what guards it.

        Raises:
            SettingMissing: names the setting that has no value.
            SettingInvalid: names the one whose value guards nothing.
        """
        if self.token_jwks_url is None:
            self.secret("token_secret")
        self.secret("internal_secret")
        if self.smtp_host and not self.smtp_from:
            raise SettingMissing("SMTP_FROM")
        self.require_sharing(in_a_file=self.tracker_address.startswith("sqlite:"))
        self._require_stripe()
        self.require_channels(production=self.mode == "production")
        self.require_helpdesk(production=self.mode == "production")
        if self.mode == "production":
            self._require_webhook_secrets()
            self._require_strength()
            if self.stripe_secret_key and not self.public_url:
                raise SettingMissing("PUBLIC_URL")
            self._require_keys()

    @property
    def keys(self) -> tuple[str, ...]:
        """What contact data is encrypted by, the newest first; a well-known one in demo mode only.

        Raises:
            SettingMissing: production mode, and there is none.
        """
        if not self.data_keys and self.mode == "production":
            raise SettingMissing("DATA_KEYS")
        return self.data_keys or (_DEMO_SECRET,)

    @property
    def signing_keys(self) -> tuple[str, ...]:
        """What receipts are signed by, the newest first; a well-known one in demo mode only.

        Raises:
            SettingMissing: production mode, and there is none.
        """
        if not self.receipt_keys and self.mode == "production":
            raise SettingMissing("RECEIPT_KEYS")
        return self.receipt_keys or (_DEMO_SECRET,)

    def _require_keys(self) -> None:
        _require_strong("DATA_KEYS", self.keys)
        _require_strong("RECEIPT_KEYS", self.signing_keys)

    def _require_stripe(self) -> None:
        """All of its keys, or none: with one missing, payments would be taken and never credited."""
        keys = ("stripe_secret_key", "stripe_publishable_key", "stripe_webhook_secret")
        missing = [name.upper() for name in keys if not getattr(self, name)]
        if 0 < len(missing) < len(keys):
            raise SettingMissing(missing[0])
        for name in ("stripe_api_url", "stripe_js_url"):
            if self.mode == "production" and not str(getattr(self, name)).startswith("https://"):
                raise SettingInvalid(f"{name.upper()}: https only")

    def _require_webhook_secrets(self) -> None:
        for receiver in ("sales", "alert"):
            if getattr(self, f"{receiver}_webhook_url") and not getattr(self, f"{receiver}_webhook_secret"):
                raise SettingMissing(f"{receiver.upper()}_WEBHOOK_SECRET")

    def _require_strength(self) -> None:
        for name in _SECRETS:
            value: str | None = getattr(self, name)
            if value is not None and (value == _DEMO_SECRET or len(value.encode()) < SHORTEST_SECRET):
                raise SettingInvalid(f"{name.upper()}: at least {SHORTEST_SECRET} bytes, and not the demo's")
        if self.token_secret is not None and self.token_secret == self.internal_secret:
            raise SettingInvalid("INTERNAL_SECRET: another than TOKEN_SECRET")
        if self.developer_account is not None:
            raise SettingInvalid("DEVELOPER_ACCOUNT: not in production")

    def secret(self, name: Literal["token_secret", "internal_secret"]) -> str:
        """The secret of that name; a well-known one in demo mode only.

        Raises:
            SettingMissing: production mode, and it has no value.
        """
        value: str | None = getattr(self, name)
        if value:
            return value
        if self.mode == "production":
            raise SettingMissing(name.upper())
        return _DEMO_SECRET


def _require_strong(name: str, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key == _DEMO_SECRET or len(key.encode()) < SHORTEST_SECRET:
            raise SettingInvalid(f"{name}: each at least {SHORTEST_SECRET} bytes, and not the demo's")


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return Settings()
