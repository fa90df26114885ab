-- Gives every quote the class of its speaker. The parameters are lists: what quotes say of each speaker, and the class.
--
-- new_speaker_classes: the speakers with their classes

CREATE TEMP TABLE new_speaker_classes AS
SELECT
  unnest($roles::VARCHAR[]) AS speaker_role,
  unnest($bodies::VARCHAR[]) AS speaker_affiliation,
  unnest($organizations::VARCHAR[]) AS organization,
  unnest($classes::VARCHAR[]) AS speaker_class;
UPDATE core.quotes AS q
SET speaker_class = n.speaker_class
FROM new_speaker_classes AS n
WHERE coalesce(q.speaker_role, '') = n.speaker_role
  AND coalesce(q.speaker_affiliation, '') = n.speaker_affiliation
  AND if(q.resolution = 'organization', coalesce(q.speaker_name, ''), '') = n.organization;
DROP TABLE new_speaker_classes;
DELETE FROM ops.steps_due WHERE step = 'classify_speakers';
