"""How evenly, and how fairly, money is spread over pupils: measures of school finance equity."""
