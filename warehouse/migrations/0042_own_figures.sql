-- Figures of one text are compared no more: two numbers with the same words mostly count two things.
ALTER TABLE core.figures DROP COLUMN contradicts;
