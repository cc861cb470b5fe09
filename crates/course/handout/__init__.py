"""`course handout`: the course as a class gets it, in one archive or for a grader."""
