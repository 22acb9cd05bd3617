"""What an account counts slowly, on a slow clock of its own: savings, alarms, statistics, notifications, requests."""
