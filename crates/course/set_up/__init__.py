"""What kernel-setup.sh needs while the course is not set up yet, or to say that it is."""
