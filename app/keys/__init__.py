"""The master key's life: where it comes from at start, whether it is the right one, its rotation, the end of an old one."""
