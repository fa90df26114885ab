-- The roles of speakers, as written.
SELECT DISTINCT speaker_role FROM core.quotes WHERE speaker_role IS NOT NULL;
