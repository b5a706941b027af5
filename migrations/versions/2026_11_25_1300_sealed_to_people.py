"""rooms sealed to people: accounts have public keys, and a key to such a room is wrapped for each member; of an entry nothing is left in clear

Revision ID: 0007
Revises: 0006
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import context, op

from app.core import entropy
from app.core.ids import new_id
from app.vault.envelope import Context, seal, unseal

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

Rows = list[dict[str, Any]]
_ROOM_KEY = sa.table('room_key', sa.column('compartment_id', sa.Uuid()), sa.column('wrapped', sa.LargeBinary()))


def _table(name: str, *more: Any) -> sa.TableClause:
    ids = (sa.column(column, sa.Uuid()) for column in ('id', 'dialogue_id', 'compartment_id'))
    return sa.table(name, *ids, sa.column('body', sa.LargeBinary()), *more)


_ENTRY = _table('entry', sa.column('party_id', sa.Uuid()), sa.column('code', sa.String()), sa.column('kind', sa.String()),
                sa.column('disclosure', sa.String()), sa.column('reconfirm_by', sa.Date()), sa.column('version', sa.Integer()),
                sa.column('is_demonstration', sa.Boolean()))
_VERSION = _table('entry_version', sa.column('entry_id', sa.Uuid()), sa.column('version', sa.Integer()),
                  sa.column('disclosure', sa.String()))
_SEALED = {name: _table(name) for name in ('entry', 'entry_version')}
_PURPOSE = {'entry': 'entry', 'entry_version': 'entry version'}


def upgrade() -> None:
    """What delegations keep to themselves stays under the house's key until one of their members signs in: only then is there a key of his."""
    kept = list(_into_the_body())
    op.add_column('account', sa.Column('public_key', sa.LargeBinary(), nullable=True))
    op.add_column('grant', sa.Column('sealed_key', sa.LargeBinary(), nullable=True))
    _drop()
    for name in ('entry', 'entry_version'):
        _create(name)
    for name, row in entropy.shuffled(kept):
        op.get_bind().execute(_SEALED[name].insert().values(**row))


def _into_the_body() -> Iterator[tuple[str, dict[str, Any]]]:
    connection, heads = op.get_bind(), {}
    for row in connection.execute(sa.select(_ENTRY)).mappings().all():
        head = {name: row[name] for name in ('code', 'kind', 'disclosure', 'version', 'is_demonstration')}
        head |= {'id': row['id'].hex, 'party_id': row['party_id'].hex, 'reconfirm_by': _day(row['reconfirm_by'])}
        heads[row['id']] = head
        yield 'entry', _sealed('entry', row, row['id'], head, _words(row, row['id']))
    for row in connection.execute(sa.select(_VERSION)).mappings().all():
        head = heads[row['entry_id']] | {'version': row['version'], 'disclosure': row['disclosure']}
        yield 'entry_version', _sealed('entry_version', row, new_id(), head, _words(row, row['entry_id']))


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _words(row: Any, record: UUID) -> dict[str, Any]:
    bound = Context('entry', row['dialogue_id'], row['compartment_id'], record, row['version'], row['disclosure'])
    return json.loads(unseal(_key(row['compartment_id']), bytes(row['body']), bound))


def _sealed(name: str, row: Any, record: UUID, head: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    bound = Context(_PURPOSE[name], row['dialogue_id'], row['compartment_id'], record, 1)
    body = seal(_key(row['compartment_id']), json.dumps({'head': head, 'words': words}, ensure_ascii=False), bound)
    return {'id': record, 'dialogue_id': row['dialogue_id'], 'compartment_id': row['compartment_id'], 'body': body}


def _key(room: UUID) -> bytes:
    keys = context.config.attributes.get('keys')
    if keys is None:
        raise RuntimeError('Entries are written anew, which needs the master key: run `dipoli init`.')
    wrapped = op.get_bind().execute(sa.select(_ROOM_KEY.c.wrapped).where(_ROOM_KEY.c.compartment_id == room)).scalar_one()
    return keys.unwrap(bytes(wrapped), owner=room.bytes)


def _drop() -> None:
    op.drop_table('entry_version')
    op.drop_table('entry')


def _create(name: str, *columns: Any, sqlite_with_rowid: bool = False) -> None:
    owners = (('dialogue_id', 'dialogue'), ('compartment_id', 'compartment'))
    op.create_table(
        name,
        *(sa.Column(column, sa.Uuid(), nullable=False) for column in ('id', 'dialogue_id', 'compartment_id')),
        sa.Column('body', sa.LargeBinary(), nullable=False),
        *columns,
        *(sa.ForeignKeyConstraint([own], [f'{to}.id'], name=op.f(f'fk_{name}_{own}_{to}')) for own, to in owners),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
        sqlite_with_rowid=sqlite_with_rowid,
    )
    for own, _to in owners:
        op.create_index(op.f(f'ix_{name}_{own}'), name, [own])


def downgrade() -> None:
    connection = op.get_bind()
    if connection.execute(sa.text('SELECT count(*) FROM "grant" WHERE sealed_key IS NOT NULL')).scalar_one():
        raise RuntimeError('Delegations have sealed entries to their members; the revision before could not open them.')
    entries, versions = _out_of_the_body('entry'), _out_of_the_body('entry_version')
    _drop()
    _create_as_before()
    for row in entries:
        connection.execute(_ENTRY.insert().values(**_reopened(row, row['head']['id'])))
    for row in versions:
        values = _reopened(row, row['head']['id'])
        kept = {name: values[name] for name in ('dialogue_id', 'compartment_id', 'body', 'version', 'disclosure')}
        connection.execute(_VERSION.insert().values(id=row['id'], entry_id=values['id'], **kept))
    op.drop_column('grant', 'sealed_key')
    op.drop_column('account', 'public_key')


def _out_of_the_body(name: str) -> Rows:
    found = []
    for row in op.get_bind().execute(sa.select(_SEALED[name])).mappings().all():
        bound = Context(_PURPOSE[name], row['dialogue_id'], row['compartment_id'], row['id'], 1)
        found.append({**row, **json.loads(unseal(_key(row['compartment_id']), bytes(row['body']), bound))})
    return found


def _reopened(row: dict[str, Any], record: str) -> dict[str, Any]:
    """The row of an entry, as the revision before had it."""
    head = {**row['head'], 'id': UUID(record), 'party_id': UUID(row['head']['party_id'])}
    head['reconfirm_by'] = date.fromisoformat(head['reconfirm_by']) if head['reconfirm_by'] else None
    place = {name: row[name] for name in ('dialogue_id', 'compartment_id')}
    bound = Context('entry', *place.values(), head['id'], head['version'], head['disclosure'])
    return {**place, **head, 'body': seal(_key(row['compartment_id']), json.dumps(row['words'], ensure_ascii=False), bound)}


def _create_as_before() -> None:
    text = [sa.Column(name, sa.String(), nullable=False) for name in ('code', 'kind', 'disclosure')]
    _create('entry', sa.Column('party_id', sa.Uuid(), nullable=False), *text, sa.Column('reconfirm_by', sa.Date(), nullable=True),
            sa.Column('version', sa.Integer(), nullable=False), sa.Column('is_demonstration', sa.Boolean(), nullable=False),
            sa.ForeignKeyConstraint(['party_id'], ['party.id'], name=op.f('fk_entry_party_id_party')),
            sa.UniqueConstraint('dialogue_id', 'code', name=op.f('uq_entry_dialogue_id')), sqlite_with_rowid=True)
    _create('entry_version', sa.Column('entry_id', sa.Uuid(), nullable=False), sa.Column('version', sa.Integer(), nullable=False),
            sa.Column('disclosure', sa.String(), nullable=False),
            sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_entry_version_entry_id_entry')), sqlite_with_rowid=True)
    op.create_index(op.f('ix_entry_version_entry_id'), 'entry_version', ['entry_id'])
