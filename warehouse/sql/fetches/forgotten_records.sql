-- Records of forgotten articles that the archive still has.
SELECT warc_file, fetch_id FROM raw.fetches WHERE reason = 'forgotten' AND warc_file IS NOT NULL;
