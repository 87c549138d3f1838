"""API keys from the settings, kept as hashes."""

import hashlib
import hmac
from dataclasses import dataclass

from serve_app.domain import Principal

ALL_SCOPES = frozenset({"read", "write", "admin"})


@dataclass(frozen=True, slots=True)
class SettingsKeyRing:
    """`ports.KeyRing` over the one key of the settings.

    Args:
        digest: SHA-256 of the key.
        principal: Who holds it.
    """

    digest: bytes
    principal: Principal

    @classmethod
    def of(cls, key: str, *, owner: str = "default") -> "SettingsKeyRing":
        """A ring with one key that may do everything; the key itself is not kept."""
        digest = hashlib.sha256(key.encode()).digest()
        key_id = f"key_{digest.hex()[:12]}"
        return cls(digest, Principal(key_id=key_id, owner=owner, scopes=ALL_SCOPES))

    async def find(self, key: str) -> Principal | None:
        """See the port."""
        offered = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
        return self.principal if hmac.compare_digest(offered, self.digest) else None

    async def close(self) -> None:
        """Nothing runs beside the requests."""
