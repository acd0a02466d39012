"""The official forms, as PDF and XLSX: always in Indonesian, whatever language their reader reads pages in."""
