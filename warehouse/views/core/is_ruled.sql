-- Whether a rule found a mention, and not the tagger alone.
CREATE OR REPLACE MACRO core.is_ruled(rule_id) AS
  NOT suffix(rule_id, '.tagger');
