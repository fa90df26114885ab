-- The next of the names to link.
--
-- $n: how many
-- $whole: these are all names, which touch no other
-- names_to_link: the result, to which linked.sql adds the names that they touch
-- old_extras: what was stuck to these names
CREATE OR REPLACE TEMP TABLE names_to_link AS FROM names_left LIMIT $n;
CREATE OR REPLACE TEMP TABLE reached AS FROM names_to_link;
CREATE OR REPLACE TEMP TABLE old_extras AS
SELECT rowid AS row_no, entity_id, key FROM ops.name_keys WHERE kind = 'extra' AND $whole;
