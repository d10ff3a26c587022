"""How programs prove who they are."""

from __future__ import annotations

from collections.abc import Sequence

from billing.api.door import Door
from billing.api_keys import service as api_keys
from billing.api_keys.schemas import ApiKey, NewApiKey, Scope


class ApiKeysDoor(Door):
    """API keys: made and revoked by operators, checked by whoever lets programs in."""

    def create_api_key(self, name: str, scopes: Sequence[str], *, actor: str = "operator:cli") -> NewApiKey:
        """A new key for `usage:write` or `operator`; its `key` is told here and never again.

        Raises:
            ApiKeyScopeUnknown: no scope, or one that keys cannot have.
        """
        now = self._now()
        return self._database.run(
            lambda session: api_keys.create(session, name=name, scopes=scopes, at=now, actor=actor)
        )

    def verify_api_key(self, key: str, scope: Scope) -> ApiKey:
        """What is known of the key, which is in force and for that scope.

        Raises:
            ApiKeyInvalid: unknown, mistyped or revoked; which of them is not told.
            ApiKeyScopeMissing: it is not for this.
        """
        with self._database.snapshot() as session:
            return api_keys.verify(session, key, scope)

    def revoke_api_key(self, key_id: str, *, actor: str = "operator:cli") -> ApiKey:
        """End a key for good, by its id; once, however often asked.

        Raises:
            ApiKeyNotFound: no key has that id.
        """
        now = self._now()
        return self._database.run(lambda session: api_keys.revoke(session, key_id, at=now, actor=actor))

    def api_keys(self) -> list[ApiKey]:
        """All keys, newest first, revoked ones too."""
        with self._database.snapshot() as session:
            return api_keys.everyone(session)
