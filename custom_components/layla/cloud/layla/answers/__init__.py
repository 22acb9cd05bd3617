"""Questions to LaylaElectric and their answers: what to ask which API, and how its replies are read."""
