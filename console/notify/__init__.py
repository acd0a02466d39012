"""The notifier: reads what is due from everybody, keeps notices of it, and sends each of the people one mail a
day at most. A process of its own: `python -m console notify`."""
