"""The templates as they are deployed: what their functions come to, and what each stack has."""
