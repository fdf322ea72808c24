"""What the project is worked on with: programs for those who build and test it, nothing that is deployed."""
