"""What a message may mean: what is found in it once, and one module for each kind of saying."""
