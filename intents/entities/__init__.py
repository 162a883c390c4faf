"""What a text names: places, days, contacts, references, persons, sums, counts, each with where it stands."""
