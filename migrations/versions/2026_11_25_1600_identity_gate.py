"""what two people let pass the identity check, and how far each party's liaisons are cleared

Revision ID: 0010
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'override_approval',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('compartment_id', sa.Uuid(), nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('summary_id', sa.Uuid(), nullable=False),
        sa.Column('member_id', sa.Uuid(), nullable=False),
        sa.Column('digest', sa.String(), nullable=False),
        sa.Column('reason', sa.LargeBinary(), nullable=False),
        sa.Column('given_on', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['compartment_id'], ['compartment.id'], name=op.f('fk_override_approval_compartment_id_compartment')),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f('fk_override_approval_dialogue_id_dialogue')),
        sa.ForeignKeyConstraint(['summary_id'], ['summary.id'], name=op.f('fk_override_approval_summary_id_summary')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_override_approval')),
        sa.UniqueConstraint('summary_id', 'member_id', 'digest', name=op.f('uq_override_approval_summary_id')),
    )
    for column in ('compartment_id', 'dialogue_id', 'summary_id'):
        op.create_index(op.f(f'ix_override_approval_{column}'), 'override_approval', [column])
    op.create_table(
        'clearance',
        sa.Column('party_id', sa.Uuid(), nullable=False),
        sa.Column('compartment_id', sa.Uuid(), nullable=False),
        sa.Column('tlp', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['compartment_id'], ['compartment.id'], name=op.f('fk_clearance_compartment_id_compartment')),
        sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_clearance_party_id_party')),
        sa.PrimaryKeyConstraint('party_id', name=op.f('pk_clearance')),
    )
    op.create_index(op.f('ix_clearance_compartment_id'), 'clearance', ['compartment_id'])


def downgrade() -> None:
    op.drop_table('clearance')
    op.drop_table('override_approval')
