-- The next $n of the names to link.
--
-- names_to_link: these, to which linked.sql adds those that they touch
-- reached: the names found last, at first the same
-- old_extras: what was stuck to any of them
CREATE OR REPLACE TEMP TABLE names_to_link AS FROM names_left LIMIT $n;
CREATE OR REPLACE TEMP TABLE reached AS FROM names_to_link;
CREATE OR REPLACE TEMP TABLE old_extras (row_no BIGINT, entity_id VARCHAR, key VARCHAR);
