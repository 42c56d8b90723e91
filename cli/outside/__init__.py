"""Those outside the insurer, played on this machine: a bank, and who sends text messages."""
