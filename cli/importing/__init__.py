"""Reading files of other systems: what they hold, and what is wrong with them."""
