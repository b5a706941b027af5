"""The registers that parties keep: red lines, bottom lines, interests; positions on steps; terms and their readings.

Each entry lies in the room that its owner's disclosure says, encrypted under that room's key. Whoever holds no key to the room
meets nothing of it: no row, no number, no warning, no gap.
"""
