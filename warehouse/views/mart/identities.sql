-- Names that stand for another name. A row with an article counts there only, and before one without.
CREATE OR REPLACE VIEW mart.identities AS
SELECT
  entity_id, -- of the name, as in mart.mentions
  article_id, -- only there; NULL: everywhere else
  kind, -- person, organization, office; none: the words are no name
  name, -- as written
  canonical_id, -- of the name it stands for
  canonical_name, -- the name it stands for; the same name where it is another person's in that article
  evidence, -- the article, the office or the line of a file that says so
  rule_id, -- ref.rules
  first_day, -- first day on which the name is written
  last_day -- last day on which the name is written
FROM core.identities;
