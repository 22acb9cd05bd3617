"""The programs of this repository, measured against their peers and limits: `script/bench`."""
