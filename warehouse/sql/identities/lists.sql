-- Whether the lists of names and words are others than those of the last run, which has all names linked again.
--
-- $sha256: of the lists
-- new_lists: the lists, if they are others
CREATE OR REPLACE TEMP TABLE new_lists AS
SELECT sha256 FROM (SELECT $sha256::VARCHAR AS sha256) ANTI JOIN ops.name_lists USING (sha256);
DELETE FROM ops.name_lists WHERE EXISTS (FROM new_lists);
INSERT INTO ops.name_lists FROM new_lists;
