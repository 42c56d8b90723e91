"""Bordereaux on a treaty: which rows they have, what is checked, and where each cell comes from."""
