"""Making a model better for one library, from what its user has said of pictures and from the pictures themselves."""
