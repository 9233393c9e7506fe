"""ACTNET: learnable activations on the maps of several streams, pooled, balanced and whitened into one descriptor.

After Husain, Ong and Bober, "ACTNET: end-to-end learning of feature activations and multi-stream aggregation for
effective instance image retrieval" (arXiv 1907.05794). The abstract prints no formulas: those here are our own reading.
"""
