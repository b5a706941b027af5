"""Searching the notes that one may read. What is found is what the lists of their meetings show, by the same statement, in the same order.

There is no index: notes are decrypted and looked through in memory, and forgotten (docs/confidentiality.md).
"""

from app.access.levels import Room
from app.access.reasons import of_room
from app.access.work import Reading
from app.core.errors import Invalid
from app.core.finding import Sought
from app.core.i18n import gettext as _
from app.core.i18n import wording
from app.meetings.models import Meeting
from app.meetings.queries import agenda, item_view
from app.notes import queries
from app.notes.commands import SearchNotes
from app.notes.views import FoundMeeting, FoundNote, FoundNotes, Piece, SearchForm

MOST_SHOWN = 200  # notes


def search_form(reading: Reading) -> SearchForm:
    """Raises NotFound for who takes no part in the dialogue's talks."""
    reading.enter(Room.BOARD)
    open_to_us = queries.readable(reading)
    baskets = sorted({code for meeting in open_to_us for code in meeting.basket_codes})
    return SearchForm(
        meetings=tuple((str(one.id), f"{one.code} {wording(one.titles)}") for one in open_to_us),
        baskets=tuple((code, code) for code in baskets),
    )


def search_notes(reading: Reading, command: SearchNotes) -> FoundNotes:
    """Raises Invalid for a meeting or basket that the form does not offer; a hidden one is such a one."""
    reading.enter(Room.BOARD)
    sought, found, left = Sought(command.words), [], MOST_SHOWN
    for meeting in _chosen(reading, command):
        notes = _found_in(reading, meeting, sought)
        if notes:
            title = wording(meeting.titles)
            found.append(FoundMeeting(meeting.id, meeting.code, title, meeting.tlp, tuple(notes[: max(0, left)])))
        left -= len(notes)
    return FoundNotes(tuple(one for one in found if one.notes), is_cut=left < 0)


def _chosen(reading: Reading, command: SearchNotes) -> list[Meeting]:
    chosen = [
        one
        for one in queries.readable(reading)
        if command.meeting in (None, one.id) and (command.basket is None or command.basket in one.basket_codes)
    ]
    if chosen or (command.meeting is None and command.basket is None):
        return chosen
    wrong = "basket" if command.meeting is None else "meeting"
    raise Invalid({wrong: _("Please choose one of the values offered.")})


def _found_in(reading: Reading, meeting: Meeting, sought: Sought) -> list[FoundNote]:
    shown = queries.released(reading, meeting, sought.is_in)
    if not shown:
        return []
    readers = of_room(reading, queries.floor_of(reading, meeting))
    return [
        FoundNote(f"{item.ref}. {item.title}", _pieces(sought, note.body), note.rule, note.readers, note.why)
        for item in (item_view(meeting, row) for row in agenda(reading, meeting.id))
        for note in queries.note_views(meeting, item.rule, shown.get(item.id, ()), readers)
    ]


def _pieces(sought: Sought, body: str) -> tuple[Piece, ...]:
    return tuple(Piece(text, is_found) for text, is_found in sought.pieces(body))
