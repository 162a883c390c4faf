"""The product's data files and a town's folder laid over them: opened, read, refused with file, line and key."""
