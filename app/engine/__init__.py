"""The engine behind the board: pure functions over plain data. No database, no clock, no language, nobody who looks.

`network` is the open roadmap as a graph, `ways` are the ways into a stall; `isolation` says what a stalemate really blocks, `cuts`
and `freeing` what would free it; `cycles` refuses requirements that go round; `exchanges` weighs reciprocal steps; `ladder` and
`packages` look for what can be done next; `heartbeat` watches the lines that fall silent; `schedule` counts days; `layout` places
a graph on a sheet.
"""
