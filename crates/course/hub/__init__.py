"""JupyterHub for a class: how it is set, and how it is measured."""
