"""What the project promises in its documents and its house rules, held against the tree."""
