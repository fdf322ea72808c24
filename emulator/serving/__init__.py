"""The account as a server: AWS APIs for clients and a provider for the Pulumi engine, both on loopback."""
