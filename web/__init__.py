"""What the residents' and the agents' face share: pages, refusals, the live feed, the way routes are put together."""
