"""Who a request comes from, and whether he may be believed."""
