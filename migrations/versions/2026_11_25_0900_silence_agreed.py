"""the longest silence of a basket becomes a dated agreement, so that a day that has been shows what was agreed then

Revision ID: 0003
Revises: 0002
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

_BASKET = sa.table('basket', sa.column('id', sa.Uuid()), sa.column('compartment_id', sa.Uuid()), sa.column('interval_days', sa.Integer()))
_SILENCE = sa.table('silence_agreed', sa.column('id', sa.Uuid()), sa.column('compartment_id', sa.Uuid()), sa.column('basket_id', sa.Uuid()),
                    sa.column('days', sa.Integer()), sa.column('happened_on', sa.Date()), sa.column('recorded_at', sa.DateTime(timezone=True)),
                    sa.column('position', sa.Integer()))


def upgrade() -> None:
    op.create_table(
        'silence_agreed',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('compartment_id', sa.Uuid(), nullable=False),
        sa.Column('basket_id', sa.Uuid(), nullable=False),
        sa.Column('days', sa.Integer(), nullable=True),
        sa.Column('happened_on', sa.Date(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['basket_id'], ['basket.id'], name=op.f('fk_silence_agreed_basket_id_basket')),
        sa.ForeignKeyConstraint(['compartment_id'], ['compartment.id'], name=op.f('fk_silence_agreed_compartment_id_compartment')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_silence_agreed')),
    )
    with op.batch_alter_table('silence_agreed') as batch:
        batch.create_index(op.f('ix_silence_agreed_basket_id'), ['basket_id'])
        batch.create_index(op.f('ix_silence_agreed_compartment_id'), ['compartment_id'])
    _kept_as_agreed_today()
    with op.batch_alter_table('basket') as batch:
        batch.drop_column('interval_days')


def _kept_as_agreed_today() -> None:
    """Nobody wrote down the day of an agreement so far; it is not claimed for a day that has been."""
    connection, now = op.get_bind(), datetime.now(UTC)
    for basket_id, room, days in connection.execute(sa.select(_BASKET.c.id, _BASKET.c.compartment_id, _BASKET.c.interval_days)).all():
        if days is not None:
            values = {'id': uuid4(), 'compartment_id': room, 'basket_id': basket_id, 'days': days,
                      'happened_on': now.date(), 'recorded_at': now, 'position': 1}
            connection.execute(sa.insert(_SILENCE).values(**values))


def downgrade() -> None:
    op.add_column('basket', sa.Column('interval_days', sa.Integer(), nullable=True))
    connection = op.get_bind()
    rows = connection.execute(sa.select(_SILENCE.c.basket_id, _SILENCE.c.days).order_by(_SILENCE.c.happened_on, _SILENCE.c.position)).all()
    for basket_id, days in rows:
        connection.execute(sa.update(_BASKET).where(_BASKET.c.id == basket_id).values(interval_days=days))
    op.drop_table('silence_agreed')
