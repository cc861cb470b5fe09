"""What all verbs share: the file of a notebook, its cells, and what their outputs say."""
