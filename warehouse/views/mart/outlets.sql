-- Every outlet that was ever read, whether or not it has articles.
CREATE OR REPLACE VIEW mart.outlets AS
SELECT
  source_id, -- TOML name of the outlet
  name AS source_name, -- title of the outlet
  domain AS source_domain, -- host of its home page, without www
  country, -- ISO 3166-1 alpha-2, where the source says so
  language, -- ISO 639, of the outlet
  kind -- news, wire, government, magazine
FROM core.sources;
