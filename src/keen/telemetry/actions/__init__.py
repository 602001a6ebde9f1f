"""What is decided about recording, and what is taken out of it again."""
