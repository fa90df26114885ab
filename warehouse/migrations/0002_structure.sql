-- What an article says, as rows with their place in the text. Spans are half-open code points into body_text of the version.

-- Statements and who made them. Key: (version_id, quote_no).
CREATE TABLE core.quotes (
  version_id VARCHAR NOT NULL, -- core.article_versions
  article_id VARCHAR NOT NULL, -- core.articles
  quote_no SMALLINT NOT NULL, -- 1-based, in the order of the text
  paragraph_no SMALLINT NOT NULL, -- 1-based
  quote_type VARCHAR NOT NULL, -- direct, indirect, mixed
  text VARCHAR NOT NULL, -- without the marks around it
  char_start INTEGER NOT NULL, -- first code point in body_text
  char_end INTEGER NOT NULL, -- one past the last
  word_count INTEGER NOT NULL, -- runs of non-space
  cue VARCHAR, -- the verb that attributes
  cue_class VARCHAR, -- speech, report, attitude; counts of who said what should leave attitude out
  cue_start INTEGER, -- first code point in body_text
  cue_end INTEGER, -- one past the last
  structure VARCHAR, -- order of Q statement, S speaker, V verb, C clause: QVS, SVC, VSQ, QV, …
  speaker_surface VARCHAR, -- the speaker as written there
  speaker_start INTEGER, -- first code point in body_text
  speaker_end INTEGER, -- one past the last
  speaker_entity_id VARCHAR, -- core.entities
  speaker_name VARCHAR, -- the person or body meant
  speaker_role VARCHAR, -- as the article says it
  speaker_affiliation VARCHAR, -- as the article says it
  affiliation_entity_id VARCHAR, -- core.entities
  resolution VARCHAR NOT NULL, -- full_name, short_name, pronoun, clitic, continuation, organization, role, unresolved
  rule_id VARCHAR NOT NULL -- ref.rules
);

-- Every place where a person or body is named. Key: (version_id, mention_no).
CREATE TABLE core.entity_mentions (
  version_id VARCHAR NOT NULL, -- core.article_versions
  article_id VARCHAR NOT NULL, -- core.articles
  mention_no SMALLINT NOT NULL, -- 1-based
  paragraph_no SMALLINT NOT NULL, -- 1-based
  entity_id VARCHAR NOT NULL, -- hash of type and name in lower case
  entity_type VARCHAR NOT NULL, -- person, organization
  entity_name VARCHAR NOT NULL, -- the full name the article gives
  mention_type VARCHAR NOT NULL, -- name, short_name, acronym, pronoun, clitic
  text VARCHAR NOT NULL, -- as written there
  char_start INTEGER NOT NULL, -- first code point in body_text
  char_end INTEGER NOT NULL, -- one past the last
  rule_id VARCHAR NOT NULL -- ref.rules
);

-- Numbers that count or measure something. Key: (version_id, figure_no).
CREATE TABLE core.figures (
  version_id VARCHAR NOT NULL, -- core.article_versions
  article_id VARCHAR NOT NULL, -- core.articles
  figure_no SMALLINT NOT NULL, -- 1-based
  paragraph_no SMALLINT NOT NULL, -- 1-based
  text VARCHAR NOT NULL, -- as written, with comparator and unit
  value DECIMAL(24,4) NOT NULL, -- scale words multiplied out
  value_high DECIMAL(24,4), -- upper end of a range
  comparator VARCHAR NOT NULL, -- =, >, >=, <, <=, ~, range
  unit VARCHAR, -- what is counted, one word
  currency VARCHAR, -- ISO 4217
  noun_phrase VARCHAR, -- what is counted, as far as it is described
  char_start INTEGER NOT NULL, -- first code point in body_text
  char_end INTEGER NOT NULL, -- one past the last
  quote_no SMALLINT, -- the statement it stands in
  date_no SMALLINT, -- the period it is about
  contradicts SMALLINT[], -- figures of the text that count the same thing otherwise
  rule_id VARCHAR NOT NULL -- ref.rules
);

-- Days and periods the text names. Key: (version_id, date_no).
CREATE TABLE core.dates_mentioned (
  version_id VARCHAR NOT NULL, -- core.article_versions
  article_id VARCHAR NOT NULL, -- core.articles
  date_no SMALLINT NOT NULL, -- 1-based
  paragraph_no SMALLINT NOT NULL, -- 1-based
  text VARCHAR NOT NULL, -- as written
  date_start DATE NOT NULL, -- first day
  date_end DATE NOT NULL, -- last day
  resolution VARCHAR NOT NULL, -- day, month, year, day_range, month_range, year_range
  method VARCHAR NOT NULL, -- how the day was told
  weekday_matches BOOLEAN, -- FALSE: the weekday named is another one; NULL: none named
  char_start INTEGER NOT NULL, -- first code point in body_text
  char_end INTEGER NOT NULL, -- one past the last
  rule_id VARCHAR NOT NULL -- ref.rules
);

-- Places; maximal spans. Key: (version_id, place_no).
CREATE TABLE core.article_places (
  version_id VARCHAR NOT NULL, -- core.article_versions
  article_id VARCHAR NOT NULL, -- core.articles
  place_no SMALLINT NOT NULL, -- 1-based
  paragraph_no SMALLINT, -- 1-based; NULL for the dateline's
  text VARCHAR NOT NULL, -- as written
  kind VARCHAR NOT NULL, -- country, province, city, district, village, street, facility, other
  role VARCHAR NOT NULL, -- dateline, event_location, mention
  place_name VARCHAR NOT NULL, -- its full name
  region_id VARCHAR, -- ref.regions
  char_start INTEGER, -- first code point in body_text; NULL for the dateline's
  char_end INTEGER, -- one past the last
  source_start INTEGER, -- first code point in source_text, of the dateline's
  source_end INTEGER, -- one past the last
  rule_id VARCHAR NOT NULL -- ref.rules
);

-- Acronyms the text defines. Key: (version_id, acronym_no).
CREATE TABLE core.acronyms (
  version_id VARCHAR NOT NULL, -- core.article_versions
  article_id VARCHAR NOT NULL, -- core.articles
  acronym_no SMALLINT NOT NULL, -- 1-based
  paragraph_no SMALLINT NOT NULL, -- 1-based
  short_form VARCHAR NOT NULL, -- e.g. TPPO
  expansion VARCHAR NOT NULL, -- e.g. Tindak Pidana Perdagangan Orang
  rule VARCHAR NOT NULL, -- initials, syllabic, lexicon
  text VARCHAR NOT NULL, -- both as written
  char_start INTEGER NOT NULL, -- first code point in body_text
  char_end INTEGER NOT NULL, -- one past the last
  rule_id VARCHAR NOT NULL -- ref.rules
);

-- What an article is about, by term lists. Key: (version_id, topic_id).
CREATE TABLE core.article_topics (
  version_id VARCHAR NOT NULL, -- core.article_versions
  article_id VARCHAR NOT NULL, -- core.articles
  topic_id VARCHAR NOT NULL, -- ref.topics
  n_hits INTEGER NOT NULL, -- terms found
  in_headline BOOLEAN NOT NULL, -- one stands in the headline
  first_char INTEGER, -- code point of the first in body_text
  matched_terms MAP(VARCHAR, INTEGER), -- term -> how often
  rule_id VARCHAR NOT NULL -- ref.rules
);

-- Rules and what was measured of them. Key: rule_id.
CREATE TABLE ref.rules (
  rule_id VARCHAR NOT NULL, -- named in every row it made
  target VARCHAR NOT NULL, -- quote, mention, figure, date, place, acronym, topic
  description VARCHAR NOT NULL, -- the rule in words
  precision_measured DOUBLE, -- share of its rows that are right; NULL where not measured
  recall_measured DOUBLE, -- share of what it should find; NULL where not measured
  n_measured INTEGER, -- cases measured
  measured_on VARCHAR -- the text it was measured on
);

-- Key: topic_id.
CREATE TABLE ref.topics (
  topic_id VARCHAR NOT NULL, -- e.g. tppo
  label_id VARCHAR NOT NULL, -- in Indonesian
  label_en VARCHAR -- in English
);

-- Key: (topic_id, term).
CREATE TABLE ref.topic_terms (
  topic_id VARCHAR NOT NULL, -- ref.topics
  term VARCHAR NOT NULL -- whole words, in any case
);

-- Regions of Indonesia. Key: region_id.
CREATE TABLE ref.regions (
  region_id VARCHAR NOT NULL, -- id-<Kemendagri code>
  name VARCHAR NOT NULL, -- official name
  level VARCHAR NOT NULL, -- province, city, district
  parent_region_id VARCHAR, -- the region it is part of
  kemendagri_code VARCHAR NOT NULL, -- of the interior ministry
  bps_code VARCHAR -- of the statistics office; NULL where unknown
);

-- Verbs that attribute. Key: cue.
CREATE TABLE ref.cues (
  cue VARCHAR NOT NULL, -- the verb
  cue_class VARCHAR NOT NULL, -- speech, attitude, report
  position VARCHAR NOT NULL -- post: after the statement; pre: before it
);
