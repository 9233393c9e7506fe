"""Training ACTNET end to end: labelled photos in, a model file out."""
