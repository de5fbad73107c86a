"""What a page of the console costs where there is much to show."""
