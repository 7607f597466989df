"""Comments are read: what they say of a course, what they ask for, and who must look first."""
