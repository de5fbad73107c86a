"""What the functions weigh: size, start, memory, connections, and what a request costs `api`."""
