"""`course run`: execute notebooks with nbclient and refresh their outputs."""
