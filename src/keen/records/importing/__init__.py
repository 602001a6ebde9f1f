"""Bringing a file in: reading its rows, deciding about each, loading them in batches that survive a power cut."""
