-- Gives every quote the class of its speaker. The parameters are lists: what quotes say of each speaker, the class, and
-- which words decide.
--
-- new_speaker_classes: the speakers with their classes

CREATE TEMP TABLE new_speaker_classes AS
SELECT
  unnest($roles::VARCHAR[]) AS speaker_role,
  unnest($bodies::VARCHAR[]) AS speaker_affiliation,
  unnest($organizations::VARCHAR[]) AS organization,
  unnest($surfaces::VARCHAR[]) AS surface,
  unnest($classes::VARCHAR[]) AS speaker_class,
  unnest($evidence::VARCHAR[]) AS speaker_class_evidence;
UPDATE core.quotes AS q
SET speaker_class = n.speaker_class, speaker_class_evidence = n.speaker_class_evidence
FROM new_speaker_classes AS n
WHERE coalesce(q.speaker_role, '') = n.speaker_role
  AND coalesce(q.speaker_affiliation, '') = n.speaker_affiliation
  AND if(q.resolution = 'organization', coalesce(q.speaker_name, ''), '') = n.organization
  AND if(q.resolution = 'unresolved', coalesce(q.speaker_surface, ''), '') = n.surface;
DROP TABLE new_speaker_classes;
DELETE FROM ops.steps_due WHERE step = 'classify_speakers';
