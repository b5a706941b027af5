"""The basket board and a stalemate's effect: what the product promises, on one page. Reads every basket, writes none."""
