"""What was tried and whether it worked: one file for each design, and one for what the card says."""
