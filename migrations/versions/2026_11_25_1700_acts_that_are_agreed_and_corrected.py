"""a hand-over says who agreed and since when it counts, an instalment that it was withdrawn, a waiver who wrote down that it was revoked

Revision ID: 0011
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('handover', sa.Column('agreements', sa.JSON(), nullable=False, server_default='[]'))
    with op.batch_alter_table('handover') as batch:
        batch.alter_column('agreements', existing_type=sa.JSON(), server_default=None)
    op.add_column('handover', sa.Column('agreed_on', sa.Date(), nullable=True))
    # Nobody was asked so far: what was handed over goes on counting from its day, with nobody's word beside it.
    op.execute('UPDATE handover SET agreed_on = happened_on')
    op.add_column('instalment', sa.Column('withdrawn_on', sa.Date(), nullable=True))
    op.add_column('instalment', sa.Column('withdrawn_reason', sa.String(), nullable=True))
    op.add_column('waiver', sa.Column('revoked_by', sa.String(), nullable=True))


def downgrade() -> None:
    # The older house knows nothing of what is only proposed, or was withdrawn: neither counted.
    op.execute('DELETE FROM handover WHERE agreed_on IS NULL')
    op.execute('DELETE FROM instalment WHERE withdrawn_on IS NOT NULL')
    for table, columns in (('waiver', ('revoked_by',)), ('instalment', ('withdrawn_reason', 'withdrawn_on')), ('handover', ('agreed_on', 'agreements'))):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column)
