-- The condition of one term of a query, as SQL over t (ops.word_texts) and a (mart.articles without texts); words of
-- the text aside (core.search_texts).
CREATE OR REPLACE MACRO core.search_condition(is_wanted, field, is_word, words) AS
concat(
  CASE WHEN is_wanted THEN '(' ELSE 'coalesce(NOT (' END,
  replace(
    CASE field
      -- the text is read last: only where the first words of the phrase are, of which the index needs no more
      WHEN 'text' THEN concat(
        't.version_id IN (SELECT version_id FROM core.article_versions SEMI JOIN ('
          || 'SELECT version_id FROM ops.word_texts WHERE text_no IN (',
        core.search_texts(
          list_transform(list_distinct(words[:8]), lambda word: {'is_word': FALSE, 'words': [word]}),
          len(list_distinct(words[:8]))
        ),
        ')) USING (version_id) WHERE regexp_matches(body_text, ''(?i)', core.any_accents(words[-1]),
        ''') AND regexp_matches(body_text, $pattern) OR regexp_matches(headline, $pattern))'
      )
      WHEN 'headline' THEN 'regexp_matches(a.headline, $pattern)'
      WHEN 'author' THEN 'regexp_matches(array_to_string(a.authors, '' | ''), $pattern)'
      WHEN 'section' THEN 'regexp_matches(a.article_section, $pattern)'
      WHEN 'source' THEN 'regexp_matches(concat_ws('' '', a.source_id, a.source_name), $pattern)'
      WHEN 'tag' THEN 'regexp_matches(array_to_string(a.tags, '' | ''), $pattern)'
      WHEN 'place'
        THEN 't.version_id IN (SELECT version_id FROM mart.places WHERE '
          || 'regexp_matches(concat_ws('' '', place, province), $pattern))'
      WHEN 'topic'
        THEN 't.version_id IN (SELECT version_id FROM core.article_topics JOIN ref.topics USING (topic_id) WHERE '
          || 'regexp_matches(concat_ws('' '', topic_id, label_id, label_en), $pattern))'
      WHEN 'speaker' THEN concat(
        't.version_id IN (SELECT version_id FROM core.quotes AS q JOIN mart.speakers AS s USING (version_id, quote_no)',
        ' WHERE regexp_matches(concat_ws('' '', coalesce(q.speaker_name, q.speaker_surface), s.speaker, ',
        'q.speaker_role, s.speaker_role, q.speaker_affiliation, s.speaker_affiliation), $pattern))'
      )
      ELSE error('no field ' || field || ': to search in; a colon that is none stands in quotation marks')
    END,
    '$pattern',
    concat(
      '''(?i)(?:^|[^\pL\pN])(?:',
      CASE
        WHEN is_word AND len(words) = 1 AND field = 'headline' THEN core.any_accents(core.word_forms(words[1]))
        ELSE array_to_string(list_transform(words, lambda word: core.any_accents(word)), '[^\pL\pN\n]+')
      END,
      ')(?:$|[^\pL\pN])'''
    )
  ),
  CASE WHEN is_wanted THEN ')' ELSE '), TRUE)' END
);
