"""What publisher costs: whole commands beside their baselines, and conversion alone."""
