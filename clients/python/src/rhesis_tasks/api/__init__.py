"""What is asked of the API and how it is answered, without a connection."""
