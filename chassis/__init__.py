"""How a service is put together: settings, identity, problems, HTTP, health. The same for all five."""
