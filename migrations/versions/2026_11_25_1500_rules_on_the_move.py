"""rules on the move: proposals to loosen and the consents to them; a floor in parts, for those who join late; a note keeps its rule

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

ORDER = ('on-record', 'chatham-house', 'off-record')
_MEETING = sa.table('meeting', sa.column('id', sa.Uuid()), sa.column('rule', sa.String()))
_ITEM = sa.table('agenda_item', sa.column('id', sa.Uuid()), sa.column('meeting_id', sa.Uuid()), sa.column('rule', sa.String()))


def upgrade() -> None:
    op.add_column('note', sa.Column('rule', sa.String(), nullable=True))
    op.add_column('meeting', sa.Column('late_see_earlier', sa.Boolean(), nullable=True))
    op.execute(sa.update(sa.table('meeting', sa.column('late_see_earlier', sa.Boolean()))).values(late_see_earlier=False))
    with op.batch_alter_table('meeting') as batch:
        batch.alter_column('late_see_earlier', existing_type=sa.Boolean(), nullable=False)
    _items_follow_a_meeting_that_was_tightened_past_them()
    _table('floor_part', sa.Column('id', sa.Uuid(), nullable=False), sa.Column('number', sa.Integer(), nullable=False))
    _table(
        'rule_proposal',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('agenda_item_id', sa.Uuid(), nullable=True),
        sa.Column('to', sa.String(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('proposed_on', sa.Date(), nullable=False),
        sa.Column('ended_on', sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(['agenda_item_id'], ['agenda_item.id'], name=op.f('fk_rule_proposal_agenda_item_id_agenda_item')),
    )
    op.create_table(
        'rule_consent',
        sa.Column('proposal_id', sa.Uuid(), nullable=False),
        sa.Column('member_id', sa.Uuid(), nullable=False),
        sa.Column('given_on', sa.Date(), nullable=False),
        sa.Column('compartment_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['compartment_id'], ['compartment.id'], name=op.f('fk_rule_consent_compartment_id_compartment')),
        sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_rule_consent_member_id_member')),
        sa.ForeignKeyConstraint(['proposal_id'], ['rule_proposal.id'], name=op.f('fk_rule_consent_proposal_id_rule_proposal')),
        sa.PrimaryKeyConstraint('proposal_id', 'member_id', name=op.f('pk_rule_consent')),
    )
    with op.batch_alter_table('rule_consent') as batch:
        batch.create_index(op.f('ix_rule_consent_compartment_id'), ['compartment_id'])


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    """A table of things of a meeting, each in a room."""
    op.create_table(
        name,
        *columns,
        sa.Column('meeting_id', sa.Uuid(), nullable=False),
        sa.Column('compartment_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['compartment_id'], ['compartment.id'], name=op.f(f'fk_{name}_compartment_id_compartment')),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f(f'fk_{name}_meeting_id_meeting')),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
    )
    with op.batch_alter_table(name) as batch:
        batch.create_index(op.f(f'ix_{name}_compartment_id'), ['compartment_id'])
        batch.create_index(op.f(f'ix_{name}_meeting_id'), ['meeting_id'])


def _items_follow_a_meeting_that_was_tightened_past_them() -> None:
    """So far an item kept a rule of its own that its meeting had been tightened past, and was shown under it."""
    connection = op.get_bind()
    rules = {meeting: rule for meeting, rule in connection.execute(sa.select(_MEETING.c.id, _MEETING.c.rule)).all()}  # noqa: C416  # rows
    for item, meeting, rule in connection.execute(sa.select(_ITEM.c.id, _ITEM.c.meeting_id, _ITEM.c.rule)).all():
        if rule in ORDER and rules[meeting] in ORDER and ORDER.index(rule) < ORDER.index(rules[meeting]):
            connection.execute(sa.update(_ITEM).where(_ITEM.c.id == item).values(rule=None))


def downgrade() -> None:
    """A floor in several parts stays in its last one: what lies in the others is read again only after an upgrade."""
    for name in ('rule_consent', 'rule_proposal', 'floor_part'):
        op.drop_table(name)
    with op.batch_alter_table('meeting') as batch:
        batch.drop_column('late_see_earlier')
    op.execute('ALTER TABLE note DROP COLUMN rule')  # in place: a table made anew would have a row id on SQLite
