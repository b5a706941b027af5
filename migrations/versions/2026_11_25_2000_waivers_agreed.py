"""a waiver says since when it counts: what others recorded in a party's name is proposed until the party has said it itself

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('waiver', sa.Column('agreed_on', sa.Date(), nullable=True))
    # What somebody else had written down was nobody's word yet: it stays, as a proposal.
    op.execute('UPDATE waiver SET agreed_on = happened_on WHERE recorded_by IS NULL')


def downgrade() -> None:
    # The older house knows nothing of what is only proposed: it did not count.
    op.execute('DELETE FROM waiver WHERE agreed_on IS NULL')
    op.execute('UPDATE waiver SET happened_on = agreed_on')
    with op.batch_alter_table('waiver') as batch:
        batch.drop_column('agreed_on')
