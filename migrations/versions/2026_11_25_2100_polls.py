"""polls about a meeting's date; and the hours in which somebody works

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def _table(name, *columns, links=(), unique=(), indexes=()):
    """A table of rows that live in rooms; `links`: column to the table it points at."""
    links = {'compartment_id': 'compartment', **dict(links)}
    op.create_table(
        name,
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('compartment_id', sa.Uuid(), nullable=False),
        *columns,
        *(
            sa.ForeignKeyConstraint([column], [f'{to}.id'], name=op.f(f'fk_{name}_{column}_{to}'))
            for column, to in links.items()
        ),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
        *(sa.UniqueConstraint(*each, name=op.f(f'uq_{name}_{each[0]}')) for each in unique),
    )
    for column in ('compartment_id', *indexes):
        op.create_index(op.f(f'ix_{name}_{column}'), name, [column])


def upgrade() -> None:
    _table(
        'poll',
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('meeting_id', sa.Uuid(), nullable=False),
        sa.Column('code', sa.String(), nullable=False),
        sa.Column('time_zone', sa.String(), nullable=False),
        sa.Column('minutes', sa.Integer(), nullable=False),
        sa.Column('deadline', sa.DateTime(timezone=True), nullable=False),
        sa.Column('answers', sa.String(), nullable=False),
        sa.Column('shown', sa.String(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('taken', sa.Uuid(), nullable=True),
        sa.Column('burdens', sa.JSON(), nullable=False),
        links={'dialogue_id': 'dialogue', 'meeting_id': 'meeting'},
        unique=[('dialogue_id', 'code')],
        indexes=('dialogue_id', 'meeting_id'),
    )
    _table(
        'poll_slot',
        sa.Column('poll_id', sa.Uuid(), nullable=False),
        sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
        links={'poll_id': 'poll'},
        unique=[('poll_id', 'starts_at')],
        indexes=('poll_id',),
    )
    _table(
        'poll_respondent',
        sa.Column('poll_id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('link_hash', sa.LargeBinary(), nullable=True),
        links={'poll_id': 'poll', 'person_id': 'person'},
        unique=[('poll_id', 'person_id'), ('link_hash',)],
        indexes=('poll_id',),
    )
    _table(
        'poll_answer',
        sa.Column('dialogue_id', sa.Uuid(), nullable=False),
        sa.Column('poll_id', sa.Uuid(), nullable=False),
        sa.Column('respondent_id', sa.Uuid(), nullable=True),
        sa.Column('party_id', sa.Uuid(), nullable=True),
        sa.Column('body', sa.LargeBinary(), nullable=False),
        links={'dialogue_id': 'dialogue', 'poll_id': 'poll', 'respondent_id': 'poll_respondent', 'party_id': 'party'},
        indexes=('poll_id',),
    )
    if op.get_bind().dialect.name == 'postgresql':  # no samples of what is sealed or hashed (revision 0012)
        op.execute('ALTER TABLE poll_respondent ALTER COLUMN link_hash SET STATISTICS 0')
        op.execute('ALTER TABLE poll_answer ALTER COLUMN body SET STATISTICS 0')
    op.add_column('account', sa.Column('works_from', sa.Integer(), nullable=True))
    op.add_column('account', sa.Column('works_to', sa.Integer(), nullable=True))


def downgrade() -> None:
    # What was answered goes; the meetings keep the times they got.
    with op.batch_alter_table('account') as batch:
        batch.drop_column('works_to')
        batch.drop_column('works_from')
    for table in ('poll_answer', 'poll_respondent', 'poll_slot', 'poll'):
        op.drop_table(table)
    rooms = "SELECT id FROM compartment WHERE kind IN ('poll', 'answers')"  # kinds that the older house does not know
    for table in ('"grant"', 'room_key'):
        op.execute(f"DELETE FROM {table} WHERE compartment_id IN ({rooms})")
    op.execute("DELETE FROM compartment WHERE kind IN ('poll', 'answers')")
