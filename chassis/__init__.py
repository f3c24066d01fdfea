"""The wheels every service runs on, and no cargo: nothing here knows what a patient safety event is."""
