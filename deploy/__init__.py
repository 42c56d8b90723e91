"""How Bima is set up, started, watched and stopped on one machine."""
