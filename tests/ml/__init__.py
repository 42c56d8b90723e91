"""Tests of fraud models: how they learn, are measured, kept and used."""
