"""The fold: evidence to a state per learner and competency, and the proficiency decision."""
