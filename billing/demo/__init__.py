"""The demo data of the contract."""
