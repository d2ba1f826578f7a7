-- Rows of a gateway 2.8 in the shapes that migrations rewrite. psql variable: rows, the number of rows in each of routes, plugins, targets.

INSERT INTO services (id, name, host, protocol, port, path, ws_id)
SELECT md5('service' || n)::uuid, 'service-' || n, 'host-' || n || '.example', 'http', 80, '/', (SELECT id FROM workspaces)
  FROM generate_series(1, 1000) AS n;

INSERT INTO upstreams (id, name, slots, hash_on, algorithm, ws_id)
SELECT md5('upstream' || n)::uuid, 'upstream-' || n, 10000, 'none', 'round-robin', (SELECT id FROM workspaces)
  FROM generate_series(1, 1000) AS n;

-- Half of them have a path that core/016 rewrites: a regular expression, an encoded character, dot segments.
INSERT INTO routes (id, name, service_id, protocols, methods, hosts, paths, regex_priority, strip_path, preserve_host, tags, ws_id,
    request_buffering, response_buffering, https_redirect_status_code, path_handling)
SELECT md5('route' || n)::uuid, 'route-' || n, md5('service' || n % 1000 + 1)::uuid, '{http,https}', '{GET,POST}',
       ARRAY['host-' || n % 5000 || '.example'],
       CASE n % 8
         WHEN 0 THEN ARRAY['/api/v' || n || '/\d+$', '/status']
         WHEN 1 THEN ARRAY['/caf%C3%A9/' || n]
         WHEN 2 THEN ARRAY['/a//b/../' || n, '/plain/' || n]
         WHEN 3 THEN ARRAY['/(foo|bar)/[a-z]+/' || n]
         ELSE ARRAY['/plain/' || n, '/other/' || n]
       END,
       0, true, false, CASE WHEN n % 10 = 0 THEN ARRAY['team-' || n % 100] END, (SELECT id FROM workspaces), true, true, 426, 'v0'
  FROM generate_series(1, :rows) AS n;

-- A third of them is of a kind that no migration rewrites.
INSERT INTO plugins (id, name, route_id, config, enabled, protocols, cache_key, ws_id)
SELECT md5('plugin' || n)::uuid, name, md5('route' || n)::uuid, config, true, '{grpc,grpcs,http,https}',
       concat('plugins:', name, ':', md5('route' || n)::uuid, '::::', (SELECT id FROM workspaces)), (SELECT id FROM workspaces)
  FROM (
    SELECT n,
           CASE n % 9 WHEN 0 THEN 'rate-limiting' WHEN 1 THEN 'response-ratelimiting' WHEN 2 THEN 'pre-function' WHEN 3 THEN 'post-function'
             WHEN 4 THEN 'acme' WHEN 5 THEN 'http-log' WHEN 6 THEN 'cors' WHEN 7 THEN 'key-auth' ELSE 'request-transformer' END AS name,
           CASE n % 9
             WHEN 0 THEN jsonb_build_object('minute', n % 1000, 'policy', 'redis', 'redis_host', 'redis.example', 'redis_port', 6379,
               'redis_password', NULL, 'redis_timeout', 2000, 'redis_database', 0, 'limit_by', 'ip', 'fault_tolerant', true,
               'hide_client_headers', false)
             WHEN 1 THEN jsonb_build_object('limits', jsonb_build_object('video', jsonb_build_object('minute', n % 100)), 'policy', 'redis',
               'redis_host', 'redis.example', 'redis_port', 6379, 'redis_timeout', 2000, 'redis_database', 0)
             WHEN 2 THEN jsonb_build_object('functions', jsonb_build_array('return ' || n))
             WHEN 3 THEN jsonb_build_object('functions', jsonb_build_array('kong.response.set_header("x", "' || n || '")'))
             WHEN 4 THEN jsonb_build_object('account_email', n || '@example.com', 'storage', 'redis', 'storage_config',
               jsonb_build_object('redis', jsonb_build_object('host', 'redis.example', 'port', 6379, 'database', 0, 'auth', 'secret',
                 'namespace', 'n'), 'shm', jsonb_build_object('shm_name', 'kong')))
             WHEN 5 THEN jsonb_build_object('http_endpoint', 'http://log.example/' || n, 'headers',
               jsonb_build_object('x-a', jsonb_build_array('a, b'), 'x-b', jsonb_build_array(n::text)))
             ELSE jsonb_build_object('key_names', jsonb_build_array('apikey'), 'hide_credentials', false, 'n', n)
           END AS config
      FROM generate_series(1, :rows) AS n) AS made;

-- Every hundredth is an older duplicate of the one before, which finish deletes.
INSERT INTO targets (id, created_at, upstream_id, target, weight, ws_id)
SELECT md5('target' || n)::uuid, timestamptz '2026-01-01' - CASE WHEN n % 100 = 0 THEN interval '1 hour' ELSE interval '0' END,
       md5('upstream' || (n - CASE WHEN n % 100 = 0 THEN 1 ELSE 0 END) % 1000 + 1)::uuid,
       '10.0.0.1:' || n - CASE WHEN n % 100 = 0 THEN 1 ELSE 0 END, 100, (SELECT id FROM workspaces)
  FROM generate_series(1, :rows) AS n;

VACUUM ANALYZE;
CHECKPOINT;
