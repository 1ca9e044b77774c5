"""Steps that bring older record tables to the newest form; run by Alembic."""
