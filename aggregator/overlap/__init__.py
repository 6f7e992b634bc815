"""Which sources bring nothing new: who is first, who copies whom, and what to do about it."""
