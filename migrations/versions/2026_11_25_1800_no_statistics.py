"""PostgreSQL takes no samples of what is sealed, wrapped or hashed, nor of notes at all; those it took are dropped

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

# Every column of note, because its ids, counts and rules would be remembered from before the seal; elsewhere what is binary.
COLUMNS = {
    'note': ('id', 'compartment_id', 'agenda_item_id', 'body', 'pending', 'rule', 'tag', 'version', 'is_released'),
    'room_key': ('wrapped',),
    'grant': ('sealed_key',),
    'entry': ('body',),
    'entry_version': ('body',),
    'position': ('body',),
    'line_offer': ('body',),
    'line_verdict': ('body',),
    'summary': ('body',),
    'override_approval': ('reason',),
    'release': ('document',),
    'account': ('public_key', 'totp_wrapped'),
    'api_token': ('token_hash', 'vault_wrapped'),
    'recovery_code': ('code_hash',),
    'invitation': ('link_hash', 'code_hash'),
    'ledger_leaf': ('entry', 'hash'),
    'master_key': ('key_id', 'check_value', 'salt'),
}
_TYPE = sa.text(
    'SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = to_regclass(:name) AND attname = :column'
)


def upgrade() -> None:
    for table, column in _on_postgresql():
        op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS 0')
        # The same type again: nothing is rewritten, and what was sampled of the column goes; pg_statistic itself is a superuser's.
        kind = op.get_bind().execute(_TYPE, {'name': f'"{table}"', 'column': column}).scalar_one()
        op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {kind}')


def downgrade() -> None:
    """Notes that were written since are bound to their rule: they are read again only after an upgrade."""
    for table, column in _on_postgresql():
        op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS -1')


def _on_postgresql() -> list[tuple[str, str]]:
    """SQLite takes samples only when it is told to ANALYZE, and nobody tells it."""
    if op.get_bind().dialect.name != 'postgresql':
        return []
    return [(table, column) for table, columns in COLUMNS.items() for column in columns]
