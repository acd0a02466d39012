"""What units are to achieve: performance agreements and the strategic plan."""
