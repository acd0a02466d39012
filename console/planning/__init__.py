"""SKPs: as documents."""
