"""What happens by itself: the log is followed, and what an event asks for is carried out."""
