"""the database remembers how to recognise its master key; what is wrapped names the key it is wrapped under

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

# Format 1, AES-256-GCM, and eight zeros: a migration has no key, so it cannot say which one wrapped what is there. A rotation names it.
UNNAMED = bytes((1, 1)) + bytes(8)
WRAPPED = (('room_key', 'compartment_id', 'wrapped'), ('account', 'id', 'totp_wrapped'), ('api_token', 'id', 'vault_wrapped'))


def upgrade() -> None:
    op.create_table(
        'master_key',
        sa.Column('key_id', sa.LargeBinary(length=8), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('check_value', sa.LargeBinary(), nullable=False),
        sa.Column('salt', sa.LargeBinary(), nullable=True),
        sa.Column('memory_kib', sa.Integer(), nullable=True),
        sa.Column('passes', sa.Integer(), nullable=True),
        sa.Column('retired_on', sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint('key_id', name=op.f('pk_master_key')),
    )
    _each_wrapped(lambda value: UNNAMED + value)


def downgrade() -> None:
    """Nothing is lost by it: the head is not part of what is encrypted. A passphrase could no longer be told from its salt, though."""
    if op.get_bind().execute(sa.text("SELECT count(*) FROM master_key WHERE kind = 'passphrase' AND retired_on IS NULL")).scalar_one():
        raise RuntimeError('The master key is a passphrase, which the revision before does not know: rotate it to a file first.')
    _each_wrapped(lambda value: value[len(UNNAMED):])
    op.drop_table('master_key')


def _each_wrapped(change) -> None:
    connection = op.get_bind()
    for name, key, column in WRAPPED:
        table = sa.table(name, sa.column(key, sa.Uuid()), sa.column(column, sa.LargeBinary()))
        rows = connection.execute(sa.select(table.c[key], table.c[column]).where(table.c[column].is_not(None))).all()
        for identity, value in rows:
            connection.execute(sa.update(table).where(table.c[key] == identity).values({column: change(bytes(value))}))
