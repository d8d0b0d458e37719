"""Pages of agreements: the list, one agreement with its steps, its papers, keys."""
