"""What statements do on a real server: locks, rewrites, scans; and what the lock plan says of them."""
