"""What the tests stand on: private servers, a browser, no way out of the machine."""
