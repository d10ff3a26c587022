"""Signed receipts: whose they are gets them; anybody verifies them."""

from __future__ import annotations

from billing.accounts import service as accounts
from billing.api.door import Door
from billing.receipt_keys import PublicKeys
from billing.receipts import service as receipts
from billing.receipts.schemas import SignedReceiptEntry


class ReceiptsDoor(Door):
    """`account_id` None: an operator's look at any account's."""

    def signed_receipts(self, account_id: str, limit: int = 50) -> list[SignedReceiptEntry]:
        """The account's, newest first."""
        with self._database.snapshot() as session:
            return receipts.listed(session, accounts.find(session, account_id).id, limit)

    def signed_receipt(self, account_id: str | None, receipt_id: str) -> bytes:
        """The file, the same bytes each time.

        Raises:
            ReceiptNotFound: none of that id is the account's.
        """
        with self._database.snapshot() as session:
            return receipts.content(session, account_id, receipt_id)

    @property
    def receipt_keys(self) -> PublicKeys:
        """What receipts of this issuer are verified by, the signing key first."""
        return self._issuer.signer.public
