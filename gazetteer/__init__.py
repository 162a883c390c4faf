"""Streets, doors, crossings and landmarks of a town, read from files and found from words or a position. Pure."""
