"""Rasa, where a town wants it: the project it learns from, its server asked, and two engines that check each other."""
