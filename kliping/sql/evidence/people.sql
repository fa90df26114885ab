-- Where people were named last, by entity_id.
SELECT entity_id, article_id, char_start, char_end
FROM mart.mentions
WHERE entity_id IN ($ids) AND is_confirmed
QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY day DESC, article_id, mention_no) = 1;
