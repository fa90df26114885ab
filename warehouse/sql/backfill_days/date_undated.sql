UPDATE ops.frontier SET story_day = $day WHERE story_day IS NULL AND url IN (SELECT unnest($urls));
