"""What becomes of an event after it was recorded, on pages: for whoever reported it, and for those who follow it up."""
