"""the log keeps the very bytes that are hashed; members have numbers, by which the log names them

Revision ID: 0006
Revises: 0005
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

_MEMBER = sa.table('member', sa.column('id', sa.Uuid()), sa.column('dialogue_id', sa.Uuid()), sa.column('number', sa.Integer()))


def _leaves(kind: Any) -> sa.TableClause:
    return sa.table('ledger_leaf', sa.column('dialogue_id', sa.Uuid()), sa.column('position', sa.Integer()), sa.column('entry', kind))


def upgrade() -> None:
    _number_members()
    _change_entries(sa.JSON(), sa.LargeBinary(), _canonical)


def _number_members() -> None:
    op.add_column('member', sa.Column('number', sa.Integer(), nullable=True))
    connection, last = op.get_bind(), {}
    # Ids are random, so this is no order that tells anything.
    for member, dialogue in connection.execute(sa.select(_MEMBER.c.id, _MEMBER.c.dialogue_id).order_by(_MEMBER.c.id)).all():
        last[dialogue] = last.get(dialogue, 0) + 1
        connection.execute(sa.update(_MEMBER).where(_MEMBER.c.id == member).values(number=last[dialogue]))
    with op.batch_alter_table('member') as batch:
        batch.alter_column('number', existing_type=sa.Integer(), nullable=False)
        batch.create_unique_constraint(op.f('uq_member_dialogue_id'), ['dialogue_id', 'number'])


def _canonical(entry: Any) -> bytes:
    """As app.ledger hashed it so far: the hashes stay what they were."""
    return json.dumps(entry, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()


def _change_entries(old: Any, new: Any, turned: Any) -> None:
    connection = op.get_bind()
    before, after = _leaves(old), _leaves(new)
    kept = connection.execute(sa.select(before.c.dialogue_id, before.c.position, before.c.entry)).all()
    with op.batch_alter_table('ledger_leaf') as batch:
        batch.drop_column('entry')
    op.add_column('ledger_leaf', sa.Column('entry', new, nullable=True))
    for dialogue, position, entry in kept:
        place = (after.c.dialogue_id == dialogue) & (after.c.position == position)
        connection.execute(sa.update(after).where(place).values(entry=turned(entry)))
    with op.batch_alter_table('ledger_leaf') as batch:
        batch.alter_column('entry', existing_type=new, nullable=False)


def downgrade() -> None:
    _change_entries(sa.LargeBinary(), sa.JSON(), json.loads)
    with op.batch_alter_table('member') as batch:
        batch.drop_constraint(op.f('uq_member_dialogue_id'), type_='unique')
        batch.drop_column('number')
