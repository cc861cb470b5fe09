"""JupyterLab and the exported pages in a real browser."""
