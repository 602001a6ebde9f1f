"""Changes to what is kept of adoption."""
