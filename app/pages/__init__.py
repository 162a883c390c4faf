"""What both faces show their pages with: environments of templates, assets, the town's own words and pictures."""
