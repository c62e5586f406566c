"""The autonomy gate: what may be finished without a person, at a rate that the site's own validated charts prove."""
