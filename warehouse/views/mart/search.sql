-- The articles that a query of `kliping search` finds: article_id, version_id, day, source_id, source_name,
-- is_cluster_lead.
CREATE OR REPLACE MACRO mart.search(query) AS TABLE
FROM query(core.search_sql(query));
