"""Settings of all tests."""

from hypothesis import settings

# The machine of a test may be busy: no test is timed.
settings.register_profile("untimed", deadline=None, print_blob=True)
settings.load_profile("untimed")
