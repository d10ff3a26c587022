"""Every state that a plan, pause, voucher, top-up, invoice or credit note had, copied by the database itself."""

import sqlalchemy as sa
from alembic import op

from billing.migrations.append_only import refuse_changes

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_FREE = sa.text("transaction_id IS NULL")
_COPIED = {
    "subscription": """id account_id plan catalogue_version interval services terms currency price amount payment_option
        payment_method starts_at ends_at anchor_at months prepared_at confirmed_at exhausted_at cancelled_at ended_at
        withdrawn_at valid_until accepted_at declined_at follows_id""",
    "plan_pause": "id subscription_id paused_at resumes_at resumed_at",
    "voucher": "id account_id currency amount services credited_at expires_at revoked_at",
    "top_up": """id account_id currency amount asked method provider status pays_owed balance_after created_at
        completed_at receipt""",
    "invoice": """id series sequence number account_id subscription_id issued_on due_on period_from period_to currency
        total paid credited deposit deposit_due_on created_at settled_at""",
    "credit_note": """id series sequence number account_id invoice_id issued_on currency total refunded created_at""",
}
"""Their columns but names, keys and free text: nothing of a person is copied."""
_OWNER = {"plan_pause": "(SELECT account_id FROM subscription WHERE subscription.id = {row}.subscription_id)"}


def upgrade() -> None:
    op.create_table(
        "row_version",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_row_version_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_version")),
    )
    op.create_index("ix_row_version_account_id", "row_version", ["account_id", "id"])
    op.create_index(
        "ix_usage_event_free", "usage_event", ["account_id", "id"], postgresql_where=_FREE, sqlite_where=_FREE
    )
    refuse_changes("row_version")
    copied = _in_sqlite if op.get_bind().dialect.name == "sqlite" else _in_postgresql
    for table, columns in _COPIED.items():
        copied(table, columns.split())


def _values(table: str, columns: list[str], row: str, build: str) -> str:
    pairs = ", ".join(f"'{column}', {row}.\"{column}\"" for column in columns)
    owner = _OWNER.get(table, "{row}.account_id").format(row=row)
    return f"{owner}, '{table}', {row}.id, {build}({pairs})"


_INTO = "INSERT INTO row_version (account_id, kind, row_id, content)"


def _copy(table: str, values: str) -> None:
    """The rows that are there, in their order."""
    op.execute(f"{_INTO} SELECT {values} FROM {table} ORDER BY {table}.id")  # noqa: S608  names of our own


def _in_sqlite(table: str, columns: list[str]) -> None:
    _copy(table, _values(table, columns, table, "json_object"))
    for verb in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER {table}_version_{verb.lower()} AFTER {verb} ON {table} "
            f"BEGIN {_INTO} SELECT {_values(table, columns, 'NEW', 'json_object')}; END"
        )


def _in_postgresql(table: str, columns: list[str]) -> None:
    """The account's lock is taken before the number is: numbers of one account grow as its changes are committed."""
    _copy(table, _values(table, columns, table, "json_build_object"))
    owner = _OWNER.get(table, "{row}.account_id").format(row="NEW")
    op.execute(
        f"CREATE FUNCTION {table}_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"PERFORM 1 FROM account WHERE account.id = {owner} FOR UPDATE; "
        f"{_INTO} SELECT {_values(table, columns, 'NEW', 'json_build_object')}; RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_version AFTER INSERT OR UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_version()"
    )


def downgrade() -> None:
    raise NotImplementedError("a ledger is not taken back: restore a backup")
