"""Backups: one logical dump of one moment, independent of the engine, in a file that only its recipients can open.

Never in it: the master key, the disposable store, and the edit tags of notes. Whoever restores a backup of a meeting that has been
sealed since gets texts back, and nobody's authorship.
"""
