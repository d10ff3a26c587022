"""Use summed by the account's own day, kept beside the charges; the credit history's index of what is not use."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NOT_USAGE = sa.text("kind <> 'usage'")
_QUARTER = 15 * 60
"""Seconds. Every midnight there was since 2000 stands on a whole quarter of an hour, in every zone."""
_QUARTER_OF = {
    "postgresql": f"CAST(floor(extract(epoch FROM usage_event.at) / {_QUARTER}) AS BIGINT)",
    "sqlite": f"CAST(strftime('%s', substr(usage_event.at, 1, 16)) AS INTEGER) / {_QUARTER}",
}
_SUMS = """
SELECT account.id, account.time_zone, {quarter}, usage_event.service, usage_charge.bucket, usage_charge.ref,
    sum(usage_charge.quantity), sum(usage_charge.units), max(CASE WHEN usage_charge.units > 0 THEN usage_event.at END)
FROM usage_charge
JOIN usage_event ON usage_event.id = usage_charge.usage_event_id
JOIN account ON account.id = usage_event.account_id
GROUP BY 1, 2, 3, 4, 5, 6
"""
_COLUMNS = ("account_id", "day", "service", "bucket", "ref", "quantity", "units", "last_at")
_TABLE = sa.table("usage_day", *(sa.column(name, sa.Date() if name == "day" else None) for name in _COLUMNS))
_NEWEST = """
UPDATE usage_day SET transaction_id = (
    SELECT max(posted.id) FROM ledger_transaction posted
    JOIN ledger_entry ON ledger_entry.transaction_id = posted.id
    JOIN ledger_account ON ledger_account.id = ledger_entry.ledger_account_id
    WHERE posted.owner = usage_day.account_id AND posted.at = usage_day.last_at AND posted.kind = 'usage'
        AND posted.service = usage_day.service
        AND ledger_account.kind = usage_day.bucket AND ledger_account.ref = usage_day.ref
) WHERE last_at IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "usage_day",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("bucket", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transaction_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_usage_day_account_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_usage_day_transaction_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "day", "service", "bucket", "ref", name=op.f("pk_usage_day")),
        postgresql_with={"fillfactor": 50},  # a row is changed by every batch, in its page
    )
    op.create_index(
        "ix_ledger_transaction_not_usage",
        "ledger_transaction",
        ["owner", "at", "id"],
        postgresql_where=_NOT_USAGE,
        sqlite_where=_NOT_USAGE,
    )
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    """From the charges there are."""
    sums: dict[tuple[str, date, str, str, str], tuple[int, int, Any]] = {}
    query = sa.text(_SUMS.format(quarter=_QUARTER_OF[connection.dialect.name]))
    for account, zone, quarter, service, bucket, ref, quantity, units, last_at in connection.execute(query):
        key = (account, _day(datetime.fromtimestamp(quarter * _QUARTER, UTC), ZoneInfo(zone)), service, bucket, ref)
        before = sums.get(key, (0, 0, None))
        newest = max((at for at in (before[2], last_at) if at is not None), default=None)
        sums[key] = (before[0] + int(quantity), before[1] + int(units), newest)
    if sums:
        connection.execute(
            sa.insert(_TABLE), [dict(zip(_COLUMNS, (*key, *of), strict=True)) for key, of in sums.items()]
        )
    connection.execute(sa.text(_NEWEST))


def _day(at: datetime, zone: ZoneInfo) -> date:
    """Where clocks are set back over midnight, the minutes that come again are of the day begun."""
    day = at.astimezone(zone).date()
    after = day + timedelta(days=1)
    return after if at >= datetime.combine(after, time.min, zone) else day


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back: restore a backup")
