"""Benchmarks: `make bench` measures and replaces sections of docs/benchmarks.md; one module a section."""
