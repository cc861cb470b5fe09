"""Tests that take long and hardly ever fail alone: `./kernel-setup.sh test --long`."""
