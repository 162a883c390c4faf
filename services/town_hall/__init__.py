"""What the town says of itself: teams, catalogue, places and their hours, answers, the people of the demo."""
