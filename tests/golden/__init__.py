"""Stored samples that must stay readable for ever."""
