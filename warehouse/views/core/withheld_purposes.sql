-- The purposes for which a statement of a publisher withholds a text: search, research, ai-training. Empty where it
-- allows, or names a policy or license.
CREATE OR REPLACE MACRO core.withheld_purposes(statement) AS
  CASE
    WHEN statement LIKE 'tdm-reservation:%' THEN ['research', 'ai-training']
    WHEN statement LIKE 'robots:%'
      THEN list_filter(['search', 'research', 'ai-training'], lambda purpose: regexp_matches(statement, CASE purpose
      WHEN 'search' THEN '\b(noindex|nosnippet|noarchive)\b'
      WHEN 'research' THEN '\bnoarchive\b'
      ELSE '\b(noai|noimageai|noml|nosnippet|noarchive)\b'
    END))
    -- a label that is unknown withholds from all; else the first group of labels that has a value decides, from the
    -- narrow to the wide
    WHEN statement LIKE 'content-%' THEN list_filter(['search', 'research', 'ai-training'], lambda purpose:
      regexp_matches(
        regexp_replace(
          lower(statement), '[\s:,;](search|tdm|ai|genai|train-ai|train-genai|ai-train|ai-input|bots|all)\s*=\s*\w*',
          '', 'g'
        ),
        '=\s*no?\b'
      ) OR coalesce(list_filter(list_transform(
        CASE purpose
          WHEN 'search' THEN ['search', 'bots|all']
          WHEN 'research' THEN ['tdm', 'bots|all']
          ELSE ['train-ai|ai-train|train-genai|genai|ai', 'ai-input', 'tdm', 'bots|all']
        END,
        lambda labels: CASE
          WHEN regexp_matches(lower(statement), '[\s:,;](' || labels || ')\s*=\s*no?\b') THEN TRUE
          WHEN regexp_matches(lower(statement), '[\s:,;](' || labels || ')\s*=\s*y(es)?\b') THEN FALSE
        END
      ), lambda is_withheld: is_withheld IS NOT NULL)[1], FALSE)
    )
    ELSE []
  END;
