"""what is compared has rows of its own; terms, steps and waivers say what they were on a day, and by whom recorded

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def _compared(name: str, *columns: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('compartment_id', sa.Uuid(), nullable=False),
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('body', sa.LargeBinary(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(['compartment_id'], ['compartment.id'], name=op.f(f'fk_{name}_compartment_id_compartment')),
        sa.ForeignKeyConstraint(['dialogue_id'], ['dialogue.id'], name=op.f(f'fk_{name}_dialogue_id_dialogue')),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
    )
    with op.batch_alter_table(name) as batch:
        for column in ('compartment_id', 'dialogue_id'):
            batch.create_index(op.f(f'ix_{name}_{column}'), [column])


def _add_list(table: str, column: str) -> None:
    """A list that starts empty, and has no default afterwards: the models always give one."""
    op.add_column(table, sa.Column(column, sa.JSON(), nullable=False, server_default='[]'))
    with op.batch_alter_table(table) as batch:
        batch.alter_column(column, existing_type=sa.JSON(), server_default=None)


def upgrade() -> None:
    _compared('line_offer', sa.Column('version', sa.Integer(), nullable=False))
    _compared('line_verdict')
    _add_list('term', 'turns')
    _add_list('step', 'earlier')
    op.add_column('waiver', sa.Column('recorded_by', sa.String(), nullable=True))


def downgrade() -> None:
    for table, column in (('waiver', 'recorded_by'), ('step', 'earlier'), ('term', 'turns')):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
    op.drop_table('line_verdict')
    op.drop_table('line_offer')
