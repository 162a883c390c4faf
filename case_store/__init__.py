"""The record: the only package that speaks SQL."""
