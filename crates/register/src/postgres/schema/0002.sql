-- How many rows stand beside the log, and how far each series has come: kept apart from the tables,
-- so that the newest rows are missed when somebody deletes them.
INSERT INTO register.meta (name, value) VALUES (
    'beside',
    json_build_object(
        'answer', (SELECT coalesce(max(number), 0) FROM register.answer),
        'outgoing', (SELECT coalesce(max(number), 0) FROM register.outgoing),
        'checkpoint', (SELECT coalesce(max(number), 0) FROM register.checkpoint),
        'series', coalesce((SELECT json_object_agg(name, last) FROM register.series), '{}'::json)
    )::text
);
