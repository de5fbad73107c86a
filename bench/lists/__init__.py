"""What a page of each list costs, with few rows and with many."""
