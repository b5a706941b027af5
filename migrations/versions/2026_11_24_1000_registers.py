"""registers: waivers, instalments, hand-overs, positions, versions of entries, the line of a basket

Revision ID: 0002
Revises: 0001
"""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def _room_and(name: str, *columns: sa.Column, owners: tuple[tuple[str, str], ...]) -> None:
    """A guarded table: its own key, its room, and what it belongs to, each with an index."""
    indexed = [owner for owner, _to in owners if owner in ('dialogue_id', 'step_id', 'entry_id')]
    keys = [
        sa.ForeignKeyConstraint([owner], [f'{to}.id'], name=op.f(f'fk_{name}_{owner}_{to}'))
        for owner, to in (('compartment_id', 'compartment'), *owners)
    ]
    op.create_table(name, sa.Column('id', sa.Uuid(), nullable=False), sa.Column('compartment_id', sa.Uuid(), nullable=False),
                    *columns, *keys, sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')))
    with op.batch_alter_table(name) as batch:
        for column in ('compartment_id', *indexed):
            batch.create_index(op.f(f'ix_{name}_{column}'), [column])


def _uuid(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=nullable)


def upgrade() -> None:
    _room_and('entry_version', _uuid('dialogue_id'), _uuid('entry_id'), sa.Column('version', sa.Integer(), nullable=False),
              _text('disclosure'), sa.Column('body', sa.LargeBinary(), nullable=False),
              owners=(('dialogue_id', 'dialogue'), ('entry_id', 'entry')))
    _room_and('position', _uuid('dialogue_id'), _uuid('party_id'), _text('disclosure'),
              sa.Column('body', sa.LargeBinary(), nullable=False), sa.Column('version', sa.Integer(), nullable=False),
              owners=(('dialogue_id', 'dialogue'), ('party_id', 'party')))
    _room_and('instalment', _uuid('step_id'), _text('party_code', nullable=True), sa.Column('quantity', sa.Double(), nullable=False),
              sa.Column('happened_on', sa.Date(), nullable=True), sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
              sa.Column('position', sa.Integer(), nullable=False), sa.Column('extra', sa.JSON(), nullable=False),
              owners=(('step_id', 'step'),))
    _room_and('handover', _uuid('step_id'), _text('party_code'), sa.Column('quantity', sa.Double(), nullable=False),
              sa.Column('happened_on', sa.Date(), nullable=False), sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
              _text('reason'), sa.Column('revoked_on', sa.Date(), nullable=True), _text('revoked_reason', nullable=True),
              owners=(('step_id', 'step'),))
    with op.batch_alter_table('link') as batch:
        batch.add_column(sa.Column('basket_id', sa.Uuid(), nullable=True))
        batch.alter_column('step_id', existing_type=sa.Uuid(), nullable=True)
        batch.create_foreign_key(op.f('fk_link_basket_id_basket'), 'basket', ['basket_id'], ['id'])
    _room_and('waiver', _uuid('dialogue_id'), _uuid('link_id', nullable=True), _uuid('exchange_id', nullable=True),
              _text('side', nullable=True), _text('party_code'), sa.Column('happened_on', sa.Date(), nullable=False),
              sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False), _text('reason'),
              sa.Column('revoked_on', sa.Date(), nullable=True), _text('revoked_reason', nullable=True),
              owners=(('dialogue_id', 'dialogue'), ('link_id', 'link'), ('exchange_id', 'exchange')))
    op.add_column('basket', sa.Column('interval_days', sa.Integer(), nullable=True))
    op.add_column('step', sa.Column('total', sa.Double(), nullable=True))
    op.add_column('step', sa.Column('unit', sa.String(), nullable=True))
    _quantities_out_of_extra()


_STEP = sa.table('step', sa.column('id', sa.Uuid()), sa.column('compartment_id', sa.Uuid()), sa.column('extra', sa.JSON()),
                 sa.column('total', sa.Double()), sa.column('unit', sa.String()))
_INSTALMENT = sa.table('instalment', sa.column('id', sa.Uuid()), sa.column('compartment_id', sa.Uuid()), sa.column('step_id', sa.Uuid()),
                       sa.column('party_code', sa.String()), sa.column('quantity', sa.Double()), sa.column('happened_on', sa.Date()),
                       sa.column('recorded_at', sa.DateTime(timezone=True)), sa.column('position', sa.Integer()), sa.column('extra', sa.JSON()))


def _quantities_out_of_extra() -> None:
    """What the first revision kept as it stood in the document becomes columns and rows."""
    connection = op.get_bind()
    for step_id, room, extra in connection.execute(sa.select(_STEP.c.id, _STEP.c.compartment_id, _STEP.c.extra)).all():
        quantity = extra.pop('quantity', None)
        if quantity is None:
            continue
        connection.execute(sa.update(_STEP).where(_STEP.c.id == step_id).values(extra=extra, total=quantity['total'], unit=quantity['unit']))
        for position, part in enumerate(quantity.get('delivered', []), 1):
            _keep_instalment(connection, step_id, room, position, part)


def _keep_instalment(connection: sa.Connection, step_id: UUID, room: UUID, position: int, part: dict) -> None:
    on = part.pop('on', None)
    values = {
        'id': uuid4(), 'compartment_id': room, 'step_id': step_id, 'party_code': part.pop('party', None),
        'quantity': part.pop('quantity'), 'happened_on': date.fromisoformat(on) if on else None,
        'recorded_at': datetime.now(UTC), 'position': position, 'extra': part,
    }
    connection.execute(sa.insert(_INSTALMENT).values(**values))


def downgrade() -> None:
    """Quantities go back to where they stood. Waivers, hand-overs, positions and earlier versions have no place there."""
    connection = op.get_bind()
    for step_id, extra, total, unit in connection.execute(sa.select(_STEP.c.id, _STEP.c.extra, _STEP.c.total, _STEP.c.unit)).all():
        if total is None:
            continue
        rows = connection.execute(sa.select(_INSTALMENT).where(_INSTALMENT.c.step_id == step_id).order_by(_INSTALMENT.c.position)).mappings()
        delivered = [
            {k: v for k, v in {'party': r['party_code'], 'quantity': r['quantity'], 'on': r['happened_on'] and r['happened_on'].isoformat(), **r['extra']}.items() if v is not None}
            for r in rows
        ]
        extra['quantity'] = {'total': total, 'unit': unit, **({'delivered': delivered} if delivered else {})}
        connection.execute(sa.update(_STEP).where(_STEP.c.id == step_id).values(extra=extra))
    with op.batch_alter_table('step') as batch:
        batch.drop_column('unit')
        batch.drop_column('total')
    with op.batch_alter_table('basket') as batch:
        batch.drop_column('interval_days')
    op.drop_table('waiver')
    connection.execute(sa.text('DELETE FROM link WHERE step_id IS NULL'))
    with op.batch_alter_table('link') as batch:
        batch.drop_constraint('fk_link_basket_id_basket', type_='foreignkey')
        batch.alter_column('step_id', existing_type=sa.Uuid(), nullable=False)
        batch.drop_column('basket_id')
    for table in ('handover', 'instalment', 'position', 'entry_version'):
        op.drop_table(table)
