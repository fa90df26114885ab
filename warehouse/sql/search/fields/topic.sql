version_id IN (SELECT version_id FROM core.article_topics JOIN ref.topics USING (topic_id) WHERE regexp_matches(concat_ws(' ', topic_id, label_id, label_en), $pattern))
