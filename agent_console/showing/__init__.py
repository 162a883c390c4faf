"""What was read, turned into what templates show, in the words of the member of staff."""
