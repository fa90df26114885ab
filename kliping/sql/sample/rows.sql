-- Rows of one table in an order that depends on the seed alone. Copies of an article are left out.
WITH facts AS (
  SELECT 'quotes' AS table_name, version_id, url, char_start, char_end, text, coalesce(speaker, '') AS value,
    rule_id || ' speaker.' || resolution AS rules
  FROM mart.quotes
  WHERE is_cluster_lead
  UNION ALL BY NAME
  SELECT 'figures' AS table_name, version_id, url, char_start, char_end, text,
    concat_ws(' ', comparator, value, value_high, unit, currency) AS value, rule_id AS rules
  FROM mart.figures
  WHERE is_cluster_lead
  UNION ALL BY NAME
  SELECT if(kind = 'organization', 'organizations', 'people') AS table_name, version_id, url, char_start, char_end,
    text, entity AS value, rule_id AS rules
  FROM mart.mentions
  WHERE is_cluster_lead AND kind IN ('person', 'organization')
  UNION ALL BY NAME
  SELECT 'dates' AS table_name, version_id, url, char_start, char_end, text, date_start || '..' || date_end AS value,
    rule_id AS rules
  FROM mart.dates
  WHERE is_cluster_lead
  UNION ALL BY NAME
  SELECT 'places' AS table_name, version_id, url, char_start, char_end, text, place AS value, rule_id AS rules
  FROM mart.places
  WHERE is_cluster_lead AND char_start IS NOT NULL
  UNION ALL BY NAME
  SELECT 'acronyms' AS table_name, version_id, url, char_start, char_end, text,
    short_form || ' = ' || expansion AS value, rule_id AS rules
  FROM mart.acronym_definitions
  WHERE is_cluster_lead
), keyed AS (
  SELECT *, table_name || ':' || left(md5(concat_ws('|', url, char_start, char_end, value)), 12) AS row_key
  FROM facts
  WHERE table_name = $table
), drawn AS (
  SELECT *, md5($seed || row_key) AS place
  FROM keyed
  ORDER BY place, row_key
  LIMIT $n
)
SELECT d.row_key, d.table_name, d.rules, d.value, d.char_start, d.char_end, d.url, v.body_text
FROM drawn AS d
JOIN mart.article_versions AS v USING (version_id)
ORDER BY d.place, d.row_key;
