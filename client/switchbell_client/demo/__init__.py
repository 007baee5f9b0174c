"""Three agents play a conference, and every notification is shown as it arrives."""
