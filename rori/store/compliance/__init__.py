"""The store's side of compliance: profile, answers, evidence, readiness by day, own frameworks.

What the frameworks say, and what answers amount to, is not known here.
"""
