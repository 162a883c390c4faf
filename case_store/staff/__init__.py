"""Staff: accounts, duty, and what each may see."""
