-- Rows of every rule and of every column, in an order that a seed decides, those of the held-out outlets first.
-- Copies of an article are left out.
WITH facts AS (
  SELECT *, 'quotes' AS table_name, coalesce(speaker, 'nobody') AS shown,
    concat_ws(' ', rule_id, 'speaker.' || resolution, office_rule_id) AS rules,
    concat_ws(' ', 'column.speaker', if(speaker_role IS NULL, NULL, 'column.speaker_role'),
      if(speaker_affiliation IS NULL, NULL, 'column.speaker_affiliation')) AS columns
  FROM mart.quotes
  UNION ALL BY NAME
  SELECT *, 'mentions' AS table_name, entity AS shown, rule_id AS rules,
    if(mention_type IN ('pronoun', 'clitic'), '',
      concat_ws(' ', 'column.kind', if(kind IN ('person', 'organization'), 'column.' || kind, NULL))) AS columns
  FROM mart.mentions
  WHERE kind <> 'none' -- what a home has found to be no name
  UNION ALL BY NAME
  SELECT * EXCLUDE (value, speaker_role), 'figures' AS table_name, rule_id AS rules, 'column.figure' AS columns,
    concat_ws(' ', comparator, value::DOUBLE, '..' || value_high::DOUBLE, unit, currency) AS shown
  FROM mart.figures
  UNION ALL BY NAME
  SELECT *, 'places' AS table_name, concat_ws(', ', place, kind) AS shown, rule_id AS rules, 'column.place' AS columns
  FROM mart.places
  UNION ALL BY NAME
  SELECT *, 'dates' AS table_name, date_start || ' to ' || date_end AS shown, rule_id AS rules, '' AS columns
  FROM mart.dates
  UNION ALL BY NAME
  SELECT *, 'acronyms' AS table_name, short_form || ' = ' || expansion AS shown, rule_id AS rules, '' AS columns
  FROM mart.acronym_definitions
), ordered AS (
  SELECT *, md5(concat_ws('|', $seed, table_name, url, char_start)) AS place_in_order,
    list_filter(string_split(rules || ' ' || columns, ' '), lambda name: name <> '') AS names
  FROM facts
  WHERE is_cluster_lead AND char_start IS NOT NULL AND shown IS NOT NULL
), counted AS (
  SELECT *, unnest(names) AS name
  FROM ordered
), ranked AS (
  SELECT *, row_number() OVER (
      PARTITION BY name
      ORDER BY NOT regexp_matches(url, $held_out), place_in_order, char_end
    ) AS number
  FROM counted
), drawn AS (
  SELECT table_name, version_id, url, day, char_start, char_end, any_value(shown) AS shown,
    any_value(speaker) AS speaker, any_value(speaker_role) AS speaker_role,
    any_value(speaker_affiliation) AS speaker_affiliation,
    any_value(kind) AS kind,
    any_value(confidence) AS confidence, list(name ORDER BY name) AS names
  FROM ranked
  WHERE number <= CASE
      WHEN starts_with(name, 'column.') THEN $per_column
      WHEN list_contains($references, name) THEN $per_reference
      ELSE $per_rule
    END
  GROUP BY ALL
)
SELECT d.*, v.body_text
FROM drawn AS d
INNER JOIN mart.article_versions AS v USING (version_id)
ORDER BY d.table_name, d.url, d.char_start, d.shown
