"""What an employee needs to learn, and the training that answers it."""
