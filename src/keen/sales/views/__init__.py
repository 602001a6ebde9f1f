"""Pages of deals: the board, moving, pipelines."""
