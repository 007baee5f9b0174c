"""What an agent can ask for, by what it is about (Web Services, "Operations")."""
