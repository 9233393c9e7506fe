"""The comparison of ACTNET's paper on photos of one's own: poolings, one stream or several, untrained and trained."""
