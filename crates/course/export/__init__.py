"""`course export`: make a site of the notebooks with nbconvert."""
