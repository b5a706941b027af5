"""Baskets and topics. A stalemate is a state of one basket; calling it writes no row of any other."""
