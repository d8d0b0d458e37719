"""The benchmarks: one command, one table of ratios. Nothing here is a test, and no test looks at a clock."""
