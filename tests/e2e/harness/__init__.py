"""What the end-to-end tests stand on: servers, databases, the program, its folder, faulty networks."""
