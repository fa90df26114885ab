SELECT source_id, article_id FROM ops.frontier WHERE url = $url;
