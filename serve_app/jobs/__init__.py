"""Durable work: what the dispatcher does with a job, step by step."""
