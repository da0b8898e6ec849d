"""Durable jobs, carried out: claim, run, finish or back off."""
