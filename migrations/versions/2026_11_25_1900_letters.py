"""letters to those who are called to a meeting, their answers, and meetings that were called off

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op



revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('meeting', sa.Column('called_off_on', sa.Date(), nullable=True))
    op.add_column('attendance', sa.Column('answer', sa.String(), nullable=True))
    op.add_column('attendance', sa.Column('member_id', sa.Uuid(), nullable=True))
    op.execute('UPDATE attendance SET member_id = (SELECT member_id FROM person WHERE person.id = attendance.person_id)')
    op.create_table(
        'letter',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('meeting_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('body', sa.LargeBinary(), nullable=False),
        sa.Column('compartment_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['compartment_id'], ['compartment.id'], name=op.f('fk_letter_compartment_id_compartment')),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_letter_dialogue_id_dialogue')),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_letter_meeting_id_meeting')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_letter')),
    )
    for column in ('compartment_id', 'dialogue_id', 'meeting_id'):
        op.create_index(op.f(f'ix_letter_{column}'), 'letter', [column], unique=False)
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('ALTER TABLE letter ALTER COLUMN body SET STATISTICS 0')  # it samples nothing that is sealed: see 0012


def downgrade() -> None:
    op.drop_table('letter')
    with op.batch_alter_table('attendance') as batch:
        batch.drop_column('member_id')
        batch.drop_column('answer')
    with op.batch_alter_table('meeting') as batch:
        batch.drop_column('called_off_on')
