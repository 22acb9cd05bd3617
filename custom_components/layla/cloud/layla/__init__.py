"""LaylaElectric: routes, payloads and the owner's account."""
