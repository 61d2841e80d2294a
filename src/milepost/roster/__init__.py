"""Districts, schools, people, classes, attendance, relationships; who may see what and why."""
