-- Names of one person, body or office. Views apply them; mentions and quotes stay as they are.

-- What articles say about a name: what else somebody is called, and which office they hold. Key: (article_id, entity_id, kind, value).
CREATE TABLE core.name_evidence (
  article_id VARCHAR NOT NULL, -- core.articles
  day DATE NOT NULL, -- the day of the article
  entity_id VARCHAR NOT NULL, -- core.entities
  kind VARCHAR NOT NULL, -- also_called, office
  value VARCHAR NOT NULL -- the other name as written; the office in its full form
);

-- Names that stand for another name. A row with an article counts there only, and before one without. Key: (entity_id, article_id).
CREATE TABLE core.identities (
  entity_id VARCHAR NOT NULL, -- core.entities, of the name
  article_id VARCHAR, -- core.articles: only there; NULL: everywhere else
  kind VARCHAR NOT NULL, -- person, organization, office
  name VARCHAR NOT NULL, -- as written
  canonical_id VARCHAR NOT NULL, -- core.entities, of the name it stands for
  canonical_name VARCHAR NOT NULL, -- the name it stands for; the same name where it is another person's in that article
  rule_id VARCHAR NOT NULL, -- ref.rules
  evidence VARCHAR NOT NULL, -- the article, the office or the line of a file that says so
  first_day DATE, -- first day on which the name is written
  last_day DATE -- last day on which the name is written
);
-- the next run reads what the articles that are there say
INSERT INTO ops.uncompared SELECT article_id FROM core.articles ANTI JOIN ops.uncompared USING (article_id);
