"""What a plan does under stress: shocks, an order of cuts, and chance."""
