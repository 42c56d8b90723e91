"""What must never be seen from outside, tried whole: leaks, exports, and the source's own rules."""
