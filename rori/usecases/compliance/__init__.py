"""What a user does about compliance: profile, answers, gaps, readiness by day, evidence."""
