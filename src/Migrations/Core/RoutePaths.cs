namespace Migrations.Core;

/// <summary>The rewrite of <see cref="M016_280_to_300"/> that converts paths of routes to the form the router of 3.0 expects.</summary>
/// <remarks>
/// Up to 2.8 any path could be a regular expression, and the gateway decoded it. From 3.0 on a regular expression begins with <c>~</c>, and
/// paths are matched unchanged.
/// <list type="bullet">
/// <item>A plain path contains only letters, digits and <c>. - _ ~ / %</c>. It is normalised: percent-encoded triplets of characters that
/// have no meaning in URLs are decoded, other triplets are written in upper case, dot segments are removed (RFC 3986, 5.2.4), repeated
/// slashes are merged.</item>
/// <item>Any other path gets a <c>~</c> in front. Its triplets are decoded likewise; a decoded character that has a meaning in regular
/// expressions is escaped with a backslash.</item>
/// </list>
/// </remarks>
internal static class RoutePaths
{
    // Triplets that encode one character outside ASCII in UTF-8 (no surrogates, no overlong forms): decoded together, or not at all.
    private const string Utf8Triplets =
        "%(?:c[2-9a-f]|d[0-9a-f])T|%e0%[ab][0-9a-f]T|%(?:e[1-9abcef])TT|%ed%[89][0-9a-f]T|%f0%[9ab][0-9a-f]TT|%f[123]TTT|%f4%8[0-9a-f]TT";

    private const string Tail = "%[89ab][0-9a-f]";

    /// <summary>The condition for the routes that have a path not yet in the new form.</summary>
    public const string MayChange =
        """
        (array_ndims(paths) > 1 OR EXISTS (
          SELECT FROM unnest(paths) AS old_path
           WHERE old_path IS NULL OR old_path = 'NULL' OR old_path ~ '[^A-Za-z0-9._~/-]|//|(^|/)\.\.?(/|$)'))
        """;

    private static readonly string Tokens =
        $"({Utf8Triplets.Replace("T", Tail, StringComparison.Ordinal)})|(%[0-9a-f][0-9a-f])|([^%]+|%)";

    /// <summary>The SQL of the rewrite. It reads only routes that have a path not yet in the new form.</summary>
    // Kong: a triplet that decodes to NUL or to invalid UTF-8 makes the up phase fail every time. Here it stays encoded, and a warning
    // names the route. A warning also names routes with a path that is NULL, or that Kong reads as NULL.
    // Kong commits the schema part of 016, then each row, then the ledger entry. A Kong that is killed in between and runs again puts a
    // second ~ before each regular expression, and one before "/a b", which was /a%20b. Therefore, where the column `expression` existed
    // before this migration, a row that was written after that column was added (xmin; PostgreSQL 17, 5.6 "System Columns") is left
    // unchanged, unless its paths prove that it is in the form of 2.8: they hold characters that a rewritten path without a ~ cannot hold.
    // Up to 2.8 a path begins with a slash, so a path that begins with ~ has been rewritten.
    public static string Rewrite(GatewaySchema schema) => $"{Start(schema)}\n{Body}\n{End(Update(schema))}";

    /// <summary>SQL that raises the warnings of the rewrite and changes nothing.</summary>
    public static string Check(GatewaySchema schema) => $"{Start(schema)}\n{Body}\n{End(update: "")}";

    private static string Update(GatewaySchema schema) =>
        $"""
        UPDATE {schema.Qualify("routes")} SET paths = results WHERE id = route.id AND paths <> results;
            IF is_watched AND NOT EXISTS (SELECT FROM {schema.Qualify("routes")} WHERE id = route.id AND paths = results) THEN
              {new WatchedRewrite(schema, "routes").Fail("'route ', route.id")}
            END IF;
        """;

    private static string Start(GatewaySchema schema) =>
        $$"""
        DO $$
        DECLARE
          route record;
          path text;
          is_plain boolean;
          result text;
          results text[];
          undecoded text[];
          segments text[];
          output text[];
          depth int;
          problem text;
          is_old boolean; -- NULL if unknown.
          schema_age int := (
            SELECT age(xmin) FROM pg_attribute
             WHERE attrelid = {{schema.ToRegclass("routes")}} AND attname = 'expression' AND NOT attisdropped AND age(xmin) > 0);
          is_watched boolean := {{new WatchedRewrite(schema, "routes").IsNeeded}};
          routes_done bigint := 0;
        BEGIN
          FOR route IN
            SELECT id, name, paths, age(xmin) AS age FROM {{schema.Qualify("routes")}}
             WHERE {{MayChange}}
          LOOP
        """;

    private static readonly string Body =
        $$"""
            problem := CASE
              WHEN array_ndims(route.paths) > 1 THEN 'paths is a list of lists'
              WHEN array_position(route.paths, NULL) IS NOT NULL THEN 'a path is NULL'
              WHEN 'NULL' = ANY (route.paths) THEN 'a path is the word NULL, which the gateway cannot read'
            END;
            IF problem IS NOT NULL THEN
              {{Warn(
                  $"problem, '; paths was left as it is: ', {RowWarning.Shown("route.paths::text")}",
                  "Set the paths of the route through the Admin API, regular expressions with a ~ in front.")}}
              CONTINUE;
            END IF;

            results := '{}';
            is_old := CASE
              WHEN schema_age IS NULL OR route.age > schema_age THEN true
              WHEN EXISTS (SELECT FROM unnest(route.paths) AS old WHERE old LIKE '~%') THEN false
            END;
            FOREACH path IN ARRAY route.paths LOOP
              IF path LIKE '~%' THEN
                results := array_append(results, path);
                CONTINUE;
              END IF;

              is_plain := path ~ '^[A-Za-z0-9._~/%-]*\n?$';
              result := path;

              IF path ~* '%[0-9a-f][0-9a-f]' THEN
                SELECT string_agg(CASE
                         WHEN token[3] IS NOT NULL THEN token[3]
                         WHEN token[1] IS NOT NULL AND getdatabaseencoding() = 'UTF8'
                           THEN convert_from(decode(replace(token[1], '%', ''), 'hex'), 'UTF8')
                         WHEN token[1] IS NOT NULL OR token[2] ~* '%(00|[89a-f])' THEN coalesce(token[1], token[2])
                         WHEN token[2] ~* '%(2[13-9abcf]|3[abdf]|40|5[bd])' THEN upper(token[2])
                         ELSE CASE WHEN token[2] ~* '%(2[de]|5[ce]|7[bcd])' AND NOT is_plain THEN '\' ELSE '' END
                           || chr(get_byte(decode(substr(token[2], 2), 'hex'), 0))
                       END, '' ORDER BY place),
                       array_agg(coalesce(token[1], token[2])) FILTER (
                         WHERE token[2] ~* '%(00|[89a-f])' OR token[1] IS NOT NULL AND getdatabaseencoding() <> 'UTF8')
                  INTO result, undecoded
                  FROM regexp_matches(path, '{{Tokens}}', 'gi') WITH ORDINALITY AS found (token, place);

                IF undecoded IS NOT NULL THEN
                  {{Warn(
                      "array_to_string(undecoded, ', '), ' cannot be decoded to text, and stays encoded in the path ', "
                          + RowWarning.Shown("path"),
                      "Check the paths of the route: a path that holds such a triplet matches no request.")}}
                END IF;
              END IF;

              IF NOT is_plain THEN
                is_old := coalesce(is_old, result <> path OR path ~ '[]!$&''()*+,:;=?@[#]' OR NULL);
                result := '~' || result;
              ELSIF result ~ '//|(^|/)\.\.?(/|$)' THEN
                segments := string_to_array(regexp_replace(regexp_replace(result, '^(\.\.?/)+', ''), '//+', '/', 'g'), '/');
                output := '{}';
                depth := 0;
                FOR i IN 1 .. cardinality(segments) LOOP
                  IF segments[i] = '..' THEN
                    depth := greatest(depth - 1, 0);
                  END IF;
                  IF segments[i] NOT IN ('.', '..') THEN
                    output[depth + 1] := CASE WHEN i > 1 THEN '/' ELSE '' END || segments[i];
                    depth := depth + CASE WHEN i > 1 OR segments[i] <> '' THEN 1 ELSE 0 END;
                  ELSIF i > 1 AND i = cardinality(segments) THEN
                    output[depth + 1] := '/';
                    depth := depth + 1;
                  END IF;
                END LOOP;
                result := array_to_string(output[1:depth], '');
              END IF;

              is_old := coalesce(is_old, is_plain AND result <> path OR NULL);
              results := array_append(results, result);
            END LOOP;

            IF is_old IS NULL AND results <> route.paths THEN
              {{Warn(
                  "'paths may have been rewritten already, by a Kong that was killed before it recorded that; left as it is: ', "
                      + RowWarning.Shown("route.paths::text"),
                  "Look at the paths of the route: where one is a regular expression, put a ~ in front through the Admin API.")}}
            END IF;
            CONTINUE WHEN is_old IS NOT TRUE;
        """;

    private static string Warn(string message, string remedy) => RowWarning.Raise(
        "routes", "route.id::text", $"concat('routes ', route.id, ' (' || route.name || ')', ': ', {message})", remedy);

    // Counts the routes that were changed, in steps: the caller shows progress, and the sum at the end.
    private static string End(string update) =>
        $$"""
            {{update}}

            IF {{(update.Length > 0 ? "FOUND" : "false")}} THEN
              routes_done := routes_done + 1;
              IF routes_done % 5000 = 0 THEN
                RAISE INFO USING ERRCODE = '{{RewriteProgress.SqlState}}', MESSAGE = 5000;
              END IF;
            END IF;
          END LOOP;
          IF routes_done % 5000 > 0 THEN
            RAISE INFO USING ERRCODE = '{{RewriteProgress.SqlState}}', MESSAGE = routes_done % 5000;
          END IF;
        END
        $$
        """;
}
