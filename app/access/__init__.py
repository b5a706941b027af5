"""The confidentiality boundary and the only source of database sessions. See README.md beside this file."""
