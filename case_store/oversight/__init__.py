"""What supervisors and operators ask of the whole record."""
