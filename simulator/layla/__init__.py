"""LaylaElectric's owner API: every documented operation, served from the simulated house."""
