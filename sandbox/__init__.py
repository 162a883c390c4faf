"""Pretend providers in a process of their own; imports none of the product's packages."""
