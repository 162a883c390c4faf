"""Who asks and who answers: the resident's name and address, and the person of the town."""
