"""rooms sealed to people: accounts have public keys, and a key to such a room is wrapped for each member

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What delegations keep to themselves stays under the house's key until one of their members signs in: only then is there a key of his."""
    op.add_column('account', sa.Column('public_key', sa.LargeBinary(), nullable=True))
    op.add_column('grant', sa.Column('sealed_key', sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    connection = op.get_bind()
    if connection.execute(sa.text('SELECT count(*) FROM "grant" WHERE sealed_key IS NOT NULL')).scalar_one():
        raise RuntimeError('Delegations have sealed entries to their members; the revision before could not open them.')
    op.drop_column('grant', 'sealed_key')
    op.drop_column('account', 'public_key')
