"""What containers need of this machine: an image, and a way to Postgres."""
