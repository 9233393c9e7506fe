"""The engine of Resight: photos in, ranked hits out. Knows nothing of any window; `engine.api` is its only door."""
