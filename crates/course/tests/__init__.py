"""Tests of the course's tools; those of `course run` and `check` use the real kernel."""
