"""The same story told twice, in worlds that differ in one secret; then everything that others can observe is compared byte for byte.

`scenario.py`   what happens: generated from a seed, a list of acts of people at browsers and programs
`world.py`      lets it happen: the real application on a real database, with clock and randomness of its own
`doors.py`      the application's two doors, browsers and programs
`observing.py`  what each role sees of it, the holders of database, files, backup and logs among them; and how two worlds differ
`house.py`      who is there: small generated dialogues, loaded once and copied for each world
`mutants.py`    the product, broken on purpose: the harness must notice each of them

A channel that nobody thought of shows as a difference; that is the point.
"""
