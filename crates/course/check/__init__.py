"""`course check`: hold notebooks to the rules of the course."""
