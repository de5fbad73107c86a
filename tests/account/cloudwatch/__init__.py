"""What CloudWatch makes of the templates and of what functions print: no more of it than this stack uses, and an error for the rest."""
