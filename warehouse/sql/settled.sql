SELECT warc_file, n_bytes FROM ops.archive_files;
