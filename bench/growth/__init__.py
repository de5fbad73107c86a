"""Whether a task costs the same beside a million others."""
