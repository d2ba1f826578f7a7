using System.Text.Json;
using Migrations;
using Migrator.Inspection;

namespace Migrator.Preflight;

/// <summary>Checks that the role of the running gateway has the rights on its rows, none on the schema, and no more.</summary>
/// <param name="role">The role.</param>
/// <param name="facts">The database; the role that a run acts as creates the tables.</param>
/// <param name="conf">What follows -c in a command, quoted for a shell.</param>
/// <param name="list">Receives the results.</param>
internal sealed class GatewayRoleCheck(string role, DatabaseFacts facts, string conf, Checklist list)
{
    private const string Name = "gateway role";

    // Roles that only watch, that rds_iam is, or that everybody is when it owns a database.
    private const string IsHarmless =
        "r.rolname IN ('rds_iam', 'pg_monitor', 'pg_read_all_settings', 'pg_read_all_stats', 'pg_stat_scan_tables', 'pg_database_owner')";

    private const string IsPredefined =
        """
        (r.rolname LIKE 'pg\_%' OR r.rolname LIKE 'rds%' OR r.rolname IN ('cloudsqlsuperuser', 'alloydbsuperuser', 'azure_pg_admin'))
        """;

    // What a role has or is counts for each of its members, however far: those who do not inherit it may act as it (SET ROLE).
    // Grantee 0 is PUBLIC. An owner's own rights are not in the way: that it is the owner is said.
    private static readonly string Rights =
        $"""
        WITH RECURSIVE me AS (SELECT oid, rolname FROM pg_roles WHERE rolname = $1),
        reach (oid) AS (SELECT oid FROM me UNION SELECT m.roleid FROM pg_auth_members AS m JOIN reach ON m.member = reach.oid),
        edges AS (
          SELECT m.roleid, format('REVOKE %I FROM %I;', r.rolname, o.rolname) AS repair, o.rolname AS via, o.oid = me.oid AS is_direct
            FROM pg_auth_members AS m JOIN reach ON reach.oid = m.member JOIN pg_roles AS r ON r.oid = m.roleid
            JOIN pg_roles AS o ON o.oid = m.member CROSS JOIN me),
        who AS (SELECT oid, prefix, repair FROM roles UNION ALL SELECT 0::oid, '', ''),
        schema AS (SELECT oid, nspowner, nspacl FROM pg_namespace WHERE nspname = current_setting('migrator.schema')),
        db AS (SELECT oid, datname, datdba, datacl, datconnlimit FROM pg_database WHERE datname = current_database()),
        kong AS (
          SELECT c.oid, c.relname, c.relowner, c.relacl FROM pg_class AS c JOIN schema ON schema.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p') AND c.relname IN ('schema_meta', {Literals(KongObjects.TableNames)})),
        roles AS (
          SELECT r.*, CASE WHEN r.oid = me.oid THEN '' ELSE format('is a member of %s%s, which ', r.rolname, (
                     SELECT ' through ' || string_agg(DISTINCT via::text, ', ') FROM edges WHERE roleid = r.oid AND NOT is_direct))
                   END AS prefix,
                 coalesce((SELECT string_agg(DISTINCT repair, ' ') FROM edges WHERE roleid = r.oid), '') AS repair, r.oid = me.oid AS is_me
            FROM pg_roles AS r JOIN reach ON reach.oid = r.oid CROSS JOIN me),
        rights (privilege, relname, is_grantable, prefix, repair) AS (
          SELECT acl.privilege_type, kong.relname, acl.is_grantable, prefix, repair
            FROM kong CROSS JOIN aclexplode(kong.relacl) AS acl JOIN who ON who.oid = acl.grantee WHERE acl.grantee <> kong.relowner
          UNION ALL
          SELECT acl.privilege_type, kong.relname, acl.is_grantable, prefix, repair
            FROM kong JOIN pg_attribute AS a ON a.attrelid = kong.oid AND a.attacl IS NOT NULL CROSS JOIN aclexplode(a.attacl) AS acl
            JOIN who ON who.oid = acl.grantee WHERE acl.grantee <> kong.relowner),
        defaults AS (
          SELECT d.defaclobjtype AS kind, acl.privilege_type AS privilege, acl.grantee, acl.is_grantable
            FROM pg_default_acl AS d CROSS JOIN aclexplode(d.defaclacl) AS acl
           WHERE d.defaclnamespace IN (0, (SELECT oid FROM schema))
             AND d.defaclrole = (SELECT oid FROM pg_roles WHERE rolname = $2) AND acl.grantee <> d.defaclrole),
        owned AS (
          {OwnedObjects.Query("current_setting('migrator.schema')", "$3", $"'{GrantsSql.GatewayRights}'")}),
        settings AS (
          SELECT DISTINCT ON (1) split_part(entry, '=', 1) AS name, substr(entry, strpos(entry, '=') + 1) AS value FROM (
            SELECT unnest(s.setconfig) AS entry, s.setrole <> 0 AS of_role, s.setdatabase <> 0 AS of_database
              FROM pg_db_role_setting AS s CROSS JOIN me CROSS JOIN db WHERE s.setrole IN (0, me.oid) AND s.setdatabase IN (0, db.oid)
            UNION ALL
            SELECT name || '=' || reset_val, false, NULL FROM pg_settings
             WHERE source IN ('configuration file', 'command line')) AS entries
           ORDER BY 1, of_role DESC, of_database DESC NULLS LAST),

        """;

    private static readonly string Diagnostics =
        $"""
        flaws (place, flaw, repair) AS (
          SELECT 0, prefix || 'is a superuser', repair FROM roles WHERE rolsuper
          UNION ALL
          SELECT 1, prefix || 'may create and change roles (CREATEROLE)',
                 CASE WHEN is_me THEN format('ALTER ROLE %I NOCREATEROLE;', rolname) ELSE repair END FROM roles WHERE rolcreaterole
          UNION ALL
          SELECT 1, prefix || 'may create databases (CREATEDB)',
                 CASE WHEN is_me THEN format('ALTER ROLE %I NOCREATEDB;', rolname) ELSE repair END FROM roles WHERE rolcreatedb
          UNION ALL
          SELECT 1, prefix || 'may replicate the server (REPLICATION)',
                 CASE WHEN is_me THEN format('ALTER ROLE %I NOREPLICATION;', rolname) ELSE repair END FROM roles WHERE rolreplication
          UNION ALL
          SELECT 1, prefix || 'is not bound by row security (BYPASSRLS)',
                 CASE WHEN is_me THEN format('ALTER ROLE %I NOBYPASSRLS;', rolname) ELSE repair END FROM roles WHERE rolbypassrls
          UNION ALL
          SELECT 2, 'is a member of ' || r.rolname, r.repair FROM roles AS r WHERE NOT is_me AND {IsPredefined} AND NOT {IsHarmless}
          UNION ALL
          SELECT 1, format('has %s, who runs the migrations, as a member: what it left in functions and on tables counts as trusted',
                   runner.rolname),
                 coalesce((SELECT string_agg(DISTINCT CASE WHEN current_setting('server_version_num')::int < 160000
                        THEN format('REVOKE %I FROM %I;', me.rolname, via.rolname)
                        ELSE format('REVOKE %I FROM %I GRANTED BY %I;', me.rolname, via.rolname, pg_get_userbyid(m.grantor)) END, ' ')
                    FROM pg_auth_members AS m JOIN pg_roles AS via ON via.oid = m.member
                   WHERE m.roleid = me.oid AND pg_has_role(runner.oid, via.oid, 'MEMBER')), '')
            FROM me JOIN pg_roles AS runner ON runner.rolname IN (session_user, $2) AND runner.oid <> me.oid AND NOT runner.rolsuper
           WHERE pg_has_role(runner.oid, me.oid, 'USAGE')
              OR pg_has_role(runner.oid, me.oid, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END)
          UNION ALL
          SELECT 3, prefix || 'owns the database', CASE WHEN NOT is_me THEN repair
                   WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = $3) THEN format('ALTER DATABASE %I OWNER TO %I;', datname, $3)
                   ELSE '' END -- The script makes that role, and gives it the database.
            FROM db JOIN roles ON roles.oid = datdba
          UNION ALL
          SELECT 3, prefix || 'owns the schema', repair FROM schema JOIN who ON who.oid = nspowner
          UNION ALL
          SELECT DISTINCT 3, prefix || 'owns the gateway''s tables', repair FROM kong JOIN who ON who.oid = relowner
          UNION ALL
          SELECT 3, format('%sowns function %s()', prefix, p.proname), repair
            FROM pg_proc AS p JOIN schema ON schema.oid = p.pronamespace JOIN who ON who.oid = p.proowner
           WHERE p.pronargs = 0 AND p.proname IN ({Literals(KongObjects.Functions)})
          UNION ALL
          SELECT 3, prefix || 'owns ' || {OwnedObjects.Names},
                 CASE WHEN NOT is_me THEN repair
                   WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = $3) THEN {OwnedObjects.Statements("' '")}
                     || format(' -- Read their code first, if they have any: it then has the rights of %I.', $3) ELSE '' END
            FROM owned JOIN roles ON roles.oid = refobjid
           WHERE NOT EXISTS (SELECT FROM kong WHERE oid = objid AND classid = 'pg_class'::regclass)
             AND NOT EXISTS (SELECT FROM schema WHERE oid = objid AND classid = 'pg_namespace'::regclass)
             AND NOT EXISTS (SELECT FROM pg_proc AS p WHERE p.oid = objid AND classid = 'pg_proc'::regclass
                   AND p.pronargs = 0 AND p.proname IN ({Literals(KongObjects.Functions)}))
           GROUP BY prefix, repair, is_me
          UNION ALL
          SELECT DISTINCT 4, prefix || 'may create objects in the schema', repair
            FROM schema CROSS JOIN aclexplode(schema.nspacl) AS acl JOIN who ON who.oid = acl.grantee
           WHERE acl.privilege_type = 'CREATE' AND acl.grantee <> schema.nspowner
          UNION ALL
          SELECT DISTINCT 4, prefix || 'may give others rights on the schema (WITH GRANT OPTION)', repair
            FROM schema CROSS JOIN aclexplode(schema.nspacl) AS acl JOIN who ON who.oid = acl.grantee
           WHERE acl.is_grantable AND acl.grantee <> schema.nspowner
          UNION ALL
          SELECT 4, 'may create schemas in the database', format('REVOKE CREATE ON DATABASE %I FROM %s;', datname,
                   CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END)
            FROM db CROSS JOIN aclexplode(db.datacl) AS acl JOIN who ON who.oid = acl.grantee
           WHERE acl.privilege_type = 'CREATE' AND acl.grantee <> db.datdba
          UNION ALL
          SELECT 5, format('%shas %s on %s', prefix, privilege, CASE WHEN count(DISTINCT relname) > 3
                   THEN count(DISTINCT relname) || ' tables' ELSE string_agg(DISTINCT relname::text, ', ') END), repair
            FROM rights WHERE privilege NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE') GROUP BY privilege, prefix, repair
          UNION ALL
          SELECT DISTINCT 5, prefix || 'may give others its rights on tables (WITH GRANT OPTION)', repair FROM rights WHERE is_grantable
          UNION ALL
          SELECT DISTINCT 5, prefix || 'may set sequences (UPDATE)', repair
            FROM pg_class AS s JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype IN ('a', 'i')
            JOIN kong ON d.refclassid = 'pg_class'::regclass AND d.refobjid = kong.oid
           CROSS JOIN aclexplode(s.relacl) AS acl JOIN who ON who.oid = acl.grantee
           WHERE s.relkind = 'S' AND acl.privilege_type = 'UPDATE' AND acl.grantee <> s.relowner
          UNION ALL
          SELECT 6, format('may call %s, which runs with the rights of %s (SECURITY DEFINER)', p.oid::regprocedure, o.rolname),
                 format('REVOKE EXECUTE ON %s %s FROM %s;', CASE to_jsonb(p) ->> 'prokind' WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
                   p.oid::regprocedure, CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END)
            FROM pg_proc AS p JOIN schema ON schema.oid = p.pronamespace
            JOIN pg_roles AS o ON o.oid = p.proowner AND (o.oid = schema.nspowner OR o.rolname = $2)
           CROSS JOIN aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS acl JOIN who ON who.oid = acl.grantee
           WHERE p.prosecdef AND acl.privilege_type = 'EXECUTE' AND acl.grantee <> p.proowner
             AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
          UNION ALL
          SELECT 6, format('%swould have %s on %s that %s creates (default privileges)', prefix, string_agg(DISTINCT privilege, ', '),
                   CASE kind WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
                     WHEN 'n' THEN 'schemas' ELSE 'large objects' END, $2), repair
            FROM defaults JOIN who ON who.oid = grantee
           WHERE is_grantable OR CASE kind WHEN 'r' THEN privilege NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
                   WHEN 'S' THEN privilege NOT IN ('SELECT', 'USAGE') ELSE grantee <> 0 OR kind NOT IN ('f', 'T') END
           GROUP BY kind, prefix, repair
          UNION ALL

        """;

    private const string Missing =
        """
          SELECT 8, 'has no USAGE right on the schema', '' FROM me
           WHERE NOT coalesce((SELECT has_schema_privilege(me.oid, schema.oid, 'USAGE') FROM schema), false)
          UNION ALL
          SELECT 8, 'lacks rights on ' || string_agg(relname, ', ' ORDER BY relname), '' FROM kong CROSS JOIN me
           WHERE NOT (has_table_privilege(me.oid, kong.oid, 'SELECT') AND has_table_privilege(me.oid, kong.oid, 'INSERT')
             AND has_table_privilege(me.oid, kong.oid, 'UPDATE') AND has_table_privilege(me.oid, kong.oid, 'DELETE')) HAVING count(*) > 0
          UNION ALL
          SELECT 8, 'lacks USAGE on sequence ' || string_agg(s.relname, ', ' ORDER BY s.relname), '' FROM pg_class AS s CROSS JOIN me
           WHERE s.relkind = 'S' AND NOT has_sequence_privilege(me.oid, s.oid, 'USAGE, UPDATE')
             AND EXISTS (SELECT FROM pg_depend AS d JOIN kong ON d.refobjid = kong.oid WHERE d.classid = 'pg_class'::regclass
                   AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a') HAVING count(*) > 0
          UNION ALL
          SELECT 8, format('would have no rights on tables that %s creates (default privileges)', $2), '' FROM me
           WHERE me.rolname <> $2 AND NOT 4 <= (SELECT count(DISTINCT privilege) FROM defaults
             WHERE kind = 'r' AND grantee = me.oid AND privilege IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))
          UNION ALL
          SELECT 9, 'may not log in (NOLOGIN)', format('ALTER ROLE %I LOGIN;', rolname) FROM roles WHERE is_me AND NOT rolcanlogin
          UNION ALL
          SELECT 9, 'may have no session (CONNECTION LIMIT 0)', format('ALTER ROLE %I CONNECTION LIMIT -1;', rolname)
            FROM roles WHERE is_me AND rolconnlimit = 0
          UNION ALL
          SELECT 9, 'has a password that expired (VALID UNTIL)', format('ALTER ROLE %I VALID UNTIL ''infinity'';', rolname)
            FROM roles WHERE is_me AND rolvaliduntil < now() AND NOT EXISTS (SELECT FROM roles WHERE rolname = 'rds_iam')
          UNION ALL
          SELECT 9, 'may have no session in the database (CONNECTION LIMIT 0)', format('ALTER DATABASE %I CONNECTION LIMIT -1;', datname)
            FROM db WHERE datconnlimit = 0
          UNION ALL
          SELECT 9, 'may not connect to the database', format('GRANT CONNECT ON DATABASE %I TO %I;', datname, rolname)
            FROM me CROSS JOIN db WHERE NOT has_database_privilege(me.oid, db.oid, 'CONNECT')
          UNION ALL
          SELECT 9, format('%s (%s = %s)', problem, name, value),
                 format('ALTER ROLE %I IN DATABASE %I SET %s = %s', rolname, datname, name, safe)
            FROM settings CROSS JOIN me CROSS JOIN db
            JOIN (VALUES ('role', 'none;', 'acts as another role'),
                   ('session_replication_role', 'origin;', 'works without triggers and foreign keys'),
                   ('default_transaction_read_only', 'off; -- Find out why first: the server may protect a full disk.',
                     'cannot write')) AS v (setting, safe, problem)
              ON setting = name
           WHERE CASE name WHEN 'default_transaction_read_only' THEN value::bool
                   WHEN 'session_replication_role' THEN lower(value) NOT IN ('origin', 'local')
                   WHEN 'role' THEN value NOT IN ('none', me.rolname) END
          UNION ALL
          SELECT 9, 'is bound by row security on ' || string_agg(relname, ', ' ORDER BY relname) || ', which may hide rows from it',
                 string_agg(format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY;', bound.oid::regclass), ' ' ORDER BY relname)
            FROM (SELECT DISTINCT c.oid, c.relname FROM kong JOIN pg_class AS c ON c.oid = kong.oid JOIN roles ON is_me AND NOT rolbypassrls
                   CROSS JOIN unnest('{r,a,w,d}'::"char"[]) AS command
                    LEFT JOIN LATERAL (SELECT polpermissive, pg_get_expr(polqual, polrelid) AS sees,
                           pg_get_expr(coalesce(polwithcheck, polqual), polrelid) AS writes
                      FROM pg_policy WHERE polrelid = c.oid AND polcmd IN ('*', command)
                       AND EXISTS (SELECT FROM unnest(polroles) AS r WHERE r = 0 OR pg_has_role(roles.oid, r, 'USAGE'))) AS p ON true
                   WHERE c.relrowsecurity AND (c.relforcerowsecurity OR NOT pg_has_role(roles.oid, c.relowner, 'USAGE'))
                   GROUP BY c.oid, c.relname, command
                  HAVING NOT coalesce(bool_or(polpermissive AND (command = 'a' OR sees = 'true')
                                AND (command IN ('r', 'd') OR writes = 'true')), false)
                      OR bool_or(NOT polpermissive AND (command <> 'a' AND sees <> 'true'
                           OR command IN ('a', 'w') AND writes <> 'true'))) AS bound
           HAVING count(*) > 0)
        SELECT EXISTS (SELECT FROM me),
               coalesce((SELECT json_agg(json_build_array(flaw, repair) ORDER BY place, flaw) FROM flaws
                  WHERE place = 0 OR NOT EXISTS (SELECT FROM roles WHERE is_me AND rolsuper)), '[]')::text
        """;

    private string Query => Rights + Diagnostics + Parameters + Missing;

    // session_replication_role switches triggers and foreign keys off. Parameters can be granted from PostgreSQL 15 on.
    private string Parameters => facts.VersionNumber < 150000 ? "" :
        """
        SELECT 7, 'may set session_replication_role, which switches triggers off',
                 format('REVOKE SET, ALTER SYSTEM ON PARAMETER session_replication_role FROM %I;', rolname)
            FROM me WHERE has_parameter_privilege(me.oid, 'session_replication_role', 'SET')
          UNION ALL
          SELECT 7, format('has %s on parameter %s', acl.privilege_type, p.parname),
                 format('REVOKE %s ON PARAMETER %s FROM %s;', acl.privilege_type,
                   (SELECT string_agg(quote_ident(part), '.') FROM unnest(string_to_array(p.parname, '.')) AS part),
                   CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END)
            FROM pg_parameter_acl AS p CROSS JOIN aclexplode(p.paracl) AS acl JOIN who ON who.oid = acl.grantee
           WHERE p.parname <> 'session_replication_role' OR acl.privilege_type <> 'SET'
          UNION ALL
        """;

    /// <summary>Reads the rights in one round trip, and adds the results.</summary>
    public Task RunAsync(IDatabaseSession session, CancellationToken cancellationToken) => session.ReadAsync(
        [
            .. TransactionSql.BeginReading(facts.Schema),
            new NpgsqlBatchCommand(Query)
            {
                Parameters =
                {
                    new NpgsqlParameter<string> { TypedValue = role }, new NpgsqlParameter<string> { TypedValue = facts.Creator },
                    new NpgsqlParameter<string> { TypedValue = Owner },
                },
            },
            TransactionSql.Commit,
        ],
        async reader =>
        {
            await TransactionSql.SkipBeginningAsync(reader, cancellationToken);
            await reader.ReadAsync(cancellationToken);
            if (reader.GetBoolean(0))
            {
                Report(reader.GetString(1));
            }
            else
            {
                list.NotMet(Name, $"there is no role '{role}'", Remedy);
            }

            return true;
        },
        cancellationToken);

    // The gateway's role cannot be the owner too: then the owner is a new role.
    private string Owner => facts.Creator != role ? facts.Creator : $"{role[..Math.Min(role.Length, 50)]}_owner";

    private string Remedy => Part(Owner, role, conf);

    /// <summary>How to part the owner and the role of the gateway.</summary>
    public static string Part(string owner, string gateway, string conf) => $"Run what this prints, as {SessionDiagnosis.Administrator}: "
        + new GrantedRoles(owner, gateway, ReadOnly: null, Iam: false).Command(conf);

    private void Report(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        var flaws = parsed.RootElement.EnumerateArray().Select(f => (Text: f[0].GetString()!, Repair: f[1].GetString()!)).ToList();
        if (flaws.Count == 0)
        {
            list.Met(Name, $"'{role}' may read and write the gateway's rows, and not change the schema, and no more");
            return;
        }

        if (flaws.Exists(f => f.Text == "is a superuser"))
        {
            list.NotMet(Name, $"'{role}' is a superuser, who may do everything", "Give the gateway another role (pg_user). "
                + $"Run what this prints, as {SessionDiagnosis.Administrator}: "
                + new GrantedRoles(Owner, $"{role}_gateway", ReadOnly: null, Iam: false).Command(conf));
            return;
        }

        string[] remedies =
        [
            .. flaws.Exists(f => f.Repair.Length == 0) ? [Remedy] : Array.Empty<string>(),
            .. flaws.Where(f => f.Repair.Length > 0).Select(f => f.Repair).Distinct(StringComparer.Ordinal)
                .Select(repair => $"As {SessionDiagnosis.Administrator}: {repair}"),
        ];
        list.NotMet(Name, $"'{role}' {string.Join("; it ", flaws.Select(f => f.Text))}", string.Join('\n', remedies));
    }

    private static string Literals(IEnumerable<string> names) => string.Join(", ", names.Select(Sql.Literal));
}
