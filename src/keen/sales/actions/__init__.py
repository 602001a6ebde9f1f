"""What people do with deals and pipelines."""
