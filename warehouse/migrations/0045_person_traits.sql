-- What people are over all articles, and which words say what a speaker is. The next run reads the articles that are there for it.
ALTER TABLE core.quotes ADD COLUMN speaker_class_evidence VARCHAR;
COMMENT ON COLUMN core.quotes.speaker_class_evidence IS 'which words decide speaker_class: office, body, surface; office or body without a class: they say that there is none, as of a candidate; NULL where no words tell';
COMMENT ON COLUMN core.quotes.speaker_class IS 'by office and body, or by the words for an unnamed speaker (parsers/language/speaker_classes.toml): government, police_military, legislature, court, business, academic, civil_society, citizen, celebrity; NULL where they do not tell';

-- What people are, by all articles. A row with an article counts there only, and before one without. Key: (entity_id, article_id).
CREATE TABLE core.person_traits (
  entity_id VARCHAR NOT NULL, -- of the name that the person has in all articles (core.identities)
  article_id VARCHAR, -- core.articles: only there; NULL: everywhere
  speaker_class VARCHAR, -- as in core.quotes; NULL where nothing tells, or articles contradict each other
  speaker_class_evidence VARCHAR, -- text: words beside the name in that article; list: offices in a file of known names; corpus: other articles
  speaker_gender VARCHAR, -- female, male; NULL unless kliping.toml turns it on, and where nothing tells or articles contradict each other
  speaker_gender_evidence VARCHAR -- text: words beside the name; name: the first name alone
);

COMMENT ON COLUMN core.name_evidence.kind IS 'also_called, office; class: what words beside the name or an office say that a person is; class_here: the same of a single word, which may be another person elsewhere; gender: what such words say; first_name: what the first name says';
COMMENT ON COLUMN core.name_evidence.value IS 'the other name as written; the office in its full form; a class of core.quotes; female, male';
COMMENT ON COLUMN ops.steps_due.step IS 'compute_ids: all article ids; parse_again: the pages of one article; read_robots: the latest robots.txt of each host; classify_speakers: speaker_class of all quotes; describe_people: what all articles say of people; read_genders: the same, once genders are turned on';
INSERT INTO ops.steps_due SELECT 'describe_people', NULL WHERE EXISTS (FROM core.articles);
INSERT INTO ops.steps_due
SELECT 'classify_speakers', NULL
WHERE EXISTS (FROM core.quotes) AND NOT EXISTS (FROM ops.steps_due WHERE step = 'classify_speakers');
