"""Fraud models: what they read, how they learn, how well they judge, and how a claim is scored."""
