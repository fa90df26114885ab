-- Whether what a rule found is an office: whose relative somebody is, is none, and few descriptions are one.
CREATE OR REPLACE MACRO core.is_office(rule_id) AS
  coalesce(rule_id, '') NOT IN ('office.kin', 'office.described');
