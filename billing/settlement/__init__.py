"""What follows when the provider says what became of a payment: credit, invoices paid, refunds, disputes."""
