"""Meetings, their agenda and attendance. A meeting of the record lives on the board; one held here in a room of its own.

Who may manage a meeting is not who may hear it: its notes lie on the meeting's *floor*, to which only those invited hold a key.
"""
