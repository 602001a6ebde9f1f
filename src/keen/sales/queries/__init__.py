"""Questions about deals: the board, what they come to, how long they stand."""
