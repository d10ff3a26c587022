"""What an operator sets for the messaging channels. A channel is on when all that it needs has a value."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict

from billing.errors import SettingInvalid, SettingMissing

SHORTEST_SECRET = 32
NEEDED: dict[str, tuple[str, ...]] = {
    "slack": ("slack_signing_secret", "slack_bot_token"),
    "telegram": ("telegram_bot_token", "telegram_webhook_secret", "telegram_bot_username"),
    "twilio": ("twilio_account_sid", "twilio_auth_token"),
    "messenger": ("messenger_app_secret", "messenger_page_token", "messenger_verify_token"),
    "teams": ("teams_app_id", "teams_app_password", "teams_tenant_id"),
}
"""Channel → its settings: none of them, or all."""


class ChannelSettings(BaseSettings):
    """Secrets as the vendor's console shows them; the addresses of the vendors' APIs can be set for tests and proxies.

    `public_url` is where the vendors and the customers' browsers reach this server: links to charts and the page that
    links an account begin with it, and Twilio's signature covers it.
    """

    model_config = SettingsConfigDict(frozen=True, env_file=None, extra="ignore")

    public_url: str | None = None
    link_page_url: str | None = None
    slack_signing_secret: str | None = None
    slack_bot_token: str | None = None
    slack_api_url: str = "https://slack.com/api/"
    telegram_bot_token: str | None = None
    telegram_webhook_secret: str | None = None
    telegram_bot_username: str | None = None
    telegram_api_url: str = "https://api.telegram.org"
    twilio_account_sid: str | None = None
    twilio_auth_token: str | None = None
    twilio_api_url: str = "https://api.twilio.com"
    twilio_sms_linking: bool = False
    messenger_app_secret: str | None = None
    messenger_page_token: str | None = None
    messenger_verify_token: str | None = None
    messenger_api_url: str = "https://graph.facebook.com/v26.0"
    teams_app_id: str | None = None
    teams_app_password: str | None = None
    teams_tenant_id: str | None = None
    teams_login_url: str = "https://login.microsoftonline.com"
    teams_keys_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    teams_issuer: str = "https://api.botframework.com"

    def channels(self) -> tuple[str, ...]:
        """The channels that are on."""
        return tuple(channel for channel, names in NEEDED.items() if all(getattr(self, name) for name in names))

    def require_channels(self, *, production: bool) -> None:
        """Refuse a channel of which only a part is set, and in production what guards nothing.

        Raises:
            SettingMissing: names what is missing.
            SettingInvalid: PUBLIC_URL is no address, or in production not https; a secret of our own is too short.
        """
        for names in NEEDED.values():
            missing = [name for name in names if not getattr(self, name)]
            if missing and len(missing) < len(names):
                raise SettingMissing(missing[0].upper())
        if self.channels() and not self.public_url:
            raise SettingMissing("PUBLIC_URL")
        schemes = ("https://",) if production else ("https://", "http://")
        if self.public_url and not self.public_url.startswith(schemes):
            raise SettingInvalid("PUBLIC_URL: begins with https://")
        secret = self.telegram_webhook_secret
        if production and secret and len(secret.encode()) < SHORTEST_SECRET:
            raise SettingInvalid(f"TELEGRAM_WEBHOOK_SECRET: at least {SHORTEST_SECRET} bytes")
