"""What is learned from phrases: features, classifier, sense, the models of a town and where they are kept."""
