"""LaylaElectric's side of the cloud client."""
