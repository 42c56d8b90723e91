"""What makes a claim suspicious: named rules, each explained in words."""
