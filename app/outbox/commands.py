"""What may be asked of the outbox; shared by form and JSON."""

from app.core.command import Command


class WriteLetters(Command):
    """Letters to those whom a meeting concerns: to whoever is called, was told something else before, or is called no more.

    `names_place`: the letter says where. `reminds`: also to those who were told all of it and have not answered.
    """

    names_place: bool = False
    reminds: bool = False
