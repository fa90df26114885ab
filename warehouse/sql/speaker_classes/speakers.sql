-- What the quotes say of speakers, each once; `organization` is the name of a speaker that is no person, `surface` the
-- words for one that is nobody in particular.
SELECT DISTINCT
  speaker_role,
  speaker_affiliation,
  if(resolution = 'organization', speaker_name, NULL) AS organization,
  if(resolution = 'unresolved', speaker_surface, NULL) AS surface
FROM core.quotes
WHERE EXISTS (FROM ops.steps_due WHERE step = 'classify_speakers');
