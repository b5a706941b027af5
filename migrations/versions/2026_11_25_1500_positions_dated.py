"""a position tells its party, its disclosure and its days by its room and what is encrypted, not beside it

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

# A row was encrypted for its room, its disclosure and version 1. The room says the disclosure, and the version never was another: so it
# opens as before, and a migration, which has no key, need not touch the body. The party stays beside it until the next start of the house,
# which has the key of the board and writes anew what lies there (app.registers.positions.hide_parties).
DISCLOSURE_OF = {'delegation': 'sealed', 'confided': 'confided', 'board': 'shared-without-attribution'}
_POSITION = sa.table('position', sa.column('id', sa.Uuid()), sa.column('compartment_id', sa.Uuid()), sa.column('party_id', sa.Uuid()),
                     sa.column('disclosure', sa.String()), sa.column('version', sa.Integer()))
_ROOM = sa.table('compartment', sa.column('id', sa.Uuid()), sa.column('kind', sa.String()))


def upgrade() -> None:
    with op.batch_alter_table('position') as batch:
        batch.alter_column('party_id', existing_type=sa.Uuid(), nullable=True)
        batch.drop_column('disclosure')
        batch.drop_column('version')


def downgrade() -> None:
    """Positions from before go back as they were. Those given since have no party outside what is encrypted, and may have ended."""
    connection = op.get_bind()
    if connection.execute(sa.select(sa.func.count()).select_from(_POSITION).where(_POSITION.c.party_id.is_(None))).scalar_one():
        raise RuntimeError('Positions were given or carried over since this revision, which the one before cannot read: restore a backup from before it.')
    with op.batch_alter_table('position') as batch:
        batch.add_column(sa.Column('disclosure', sa.String(), nullable=True))
        batch.add_column(sa.Column('version', sa.Integer(), nullable=True))
    for kind, disclosure in DISCLOSURE_OF.items():
        rooms = sa.select(_ROOM.c.id).where(_ROOM.c.kind == kind)
        connection.execute(sa.update(_POSITION).where(_POSITION.c.compartment_id.in_(rooms)).values(disclosure=disclosure, version=1))
    with op.batch_alter_table('position') as batch:
        batch.alter_column('disclosure', existing_type=sa.String(), nullable=False)
        batch.alter_column('version', existing_type=sa.Integer(), nullable=False)
        batch.alter_column('party_id', existing_type=sa.Uuid(), nullable=False)
