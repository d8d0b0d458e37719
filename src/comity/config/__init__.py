"""The composition root: settings, addresses, commands, jobs, and the processes. It mounts every room; nobody imports it."""
