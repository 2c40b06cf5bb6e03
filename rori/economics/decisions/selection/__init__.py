"""The best set of measures: what may be bought, what sets are worth, every set or a MILP, frontier and next euro."""
