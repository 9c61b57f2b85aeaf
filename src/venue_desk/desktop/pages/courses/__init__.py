"""Courses: their list, and one course with its people, lessons and attendance."""
