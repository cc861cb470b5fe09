"""`course results`: what the executed notebooks of a class say about its exercises."""
