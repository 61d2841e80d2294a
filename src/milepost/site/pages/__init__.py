"""Pages where rooms meet, one file a reader: learner, teacher, school leader, data lead."""
