using System.Data;
using System.Data.Common;
using Migrations;
using Migrator.Display;

namespace Migrator.Inspection;

/// <summary>The owners of the gateway's tables and functions whose rights the user does not have. Only an owner may change them.</summary>
/// <param name="User">The user that is logged in.</param>
/// <param name="Schema">The gateway's schema.</param>
/// <param name="Roles">The owners of tables, the one of most tables first. Empty if the user has the rights of all of them.</param>
internal sealed record TableOwners(string User, string Schema, IReadOnlyList<(string Role, int Tables)> Roles)
{
    /// <summary>What is known of the objects; with the functions.</summary>
    public IReadOnlyList<OwnedObject> Objects { get; init; } = [];

    /// <summary>Whether a role must not be given to a user whose job is migrations, as SQL on <c>owner</c>, an oid.</summary>
    /// <remarks>
    /// Superusers, predefined roles, those that make roles, and their members: after a restore with --no-owner the objects belong to the
    /// role that restored, on RDS to the master user. Roles that only watch, and rds_iam, do no harm of this kind. A role cannot be given
    /// to one of which it is a member: from PostgreSQL 16 on, whoever makes a role is its member.
    /// </remarks>
    private const string IsSystem =
        """
        EXISTS (WITH RECURSIVE roles AS (
            SELECT owner AS oid UNION SELECT m.roleid FROM pg_auth_members AS m JOIN roles ON m.member = roles.oid)
          SELECT FROM roles JOIN pg_roles AS r USING (oid)
           WHERE r.rolsuper OR r.rolcreaterole OR r.rolname = session_user OR r.rolname ~ '^(pg_|rds)' AND r.rolname NOT IN
            ('rds_iam', 'pg_database_owner', 'pg_monitor', 'pg_read_all_settings', 'pg_read_all_stats', 'pg_stat_scan_tables'))
        """;

    private const string IsMember =
        "pg_has_role(owner, target, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END)";

    // A member of rds_iam cannot log in with a password any more; pg_auth_members knows members that a superuser only counts as.
    private static readonly string Query =
        $"""
        WITH RECURSIVE mine AS (SELECT oid FROM pg_roles WHERE rolname = session_user UNION
            SELECT m.roleid FROM pg_auth_members AS m JOIN mine ON m.member = mine.oid),
          found AS (
            SELECT 'TABLE' AS kind, format('%I.%I', n.nspname, c.relname) AS name, c.relname, c.relowner AS owner, c.relacl AS acl,
                   coalesce(has_table_privilege(c.oid, 'SELECT'), false) AS may_read
              FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE n.nspname = current_setting('migrator.schema') AND c.relkind IN ('r', 'p')
               AND c.relname IN ({string.Join(", ", KongObjects.TableNames.Append("schema_meta").Select(Sql.Literal))})
            UNION ALL
            SELECT 'FUNCTION', format('%I.%I()', n.nspname, p.proname), p.proname, p.proowner, NULL, true
              FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
             WHERE n.nspname = current_setting('migrator.schema') AND p.pronargs = 0
               AND p.proname IN ({string.Join(", ", KongObjects.Functions.Select(Sql.Literal))})),
          most AS (
            SELECT owner FROM (SELECT mode() WITHIN GROUP (ORDER BY owner) AS owner FROM found) AS m
             WHERE 2 * (SELECT count(*) FROM found WHERE found.owner = m.owner) > (SELECT count(*) FROM found)),
          found_for AS (
            SELECT found.*, EXISTS (SELECT FROM most WHERE most.owner <> found.owner) AS is_odd,
                   coalesce((SELECT pg_get_userbyid(l.owner) FROM found AS l
                     WHERE l.relname = 'schema_meta' AND pg_has_role(l.owner, 'USAGE')),
                     (SELECT pg_get_userbyid(owner) FROM most WHERE owner <> found.owner AND NOT {IsSystem}), current_user)::name AS target
              FROM found)
        SELECT current_user::text AS "user", current_setting('migrator.schema') AS schema, kind, name, relname::text AS plain,
               pg_get_userbyid(owner)::text AS owner, is_odd OR {IsSystem} AS is_system,
               EXISTS (SELECT FROM mine WHERE oid = owner) AS is_member,
               pg_get_userbyid(owner) = $1 OR EXISTS (
                 SELECT FROM found AS l WHERE l.relname = 'schema_meta' AND pg_has_role(l.owner, 'USAGE')) AS is_left,
               current_setting('server_version_num')::int >= 160000 AS has_options,
               EXISTS (SELECT FROM pg_auth_members AS m JOIN pg_roles AS r ON r.oid = m.roleid WHERE r.rolname = 'rds_iam'
                 AND m.member = owner)
                 AND NOT EXISTS (SELECT FROM mine JOIN pg_roles USING (oid) WHERE rolname = 'rds_iam') AS ends_password,
               NOT coalesce(has_schema_privilege(session_user, n.oid, 'CREATE'), false) AND EXISTS (SELECT FROM found AS f CROSS JOIN
                  aclexplode(f.acl) AS acl JOIN mine ON mine.oid = acl.grantee
                 WHERE acl.grantee <> f.owner) AS has_rows, o.rolcanlogin AS may_log_in, may_read,
               (SELECT rolinherit FROM pg_roles WHERE rolname = session_user) AS inherits, target::text,
               CASE WHEN NOT o.rolsuper AND NOT {IsMember} THEN
                 format('%sGRANT %I TO %I;', CASE WHEN current_setting('server_version_num')::int < 160000 AND o.rolcreaterole
                     OR pg_has_role(owner, target, 'MEMBER WITH ADMIN OPTION') THEN ''
                   ELSE format(E'-- As a role with ADMIN OPTION on %I, or as a superuser:\n    ', target) END,
                   target, o.rolname) ELSE '' END AS join_sql,
               CASE WHEN NOT (has_schema_privilege(target, n.oid, 'CREATE') AND has_schema_privilege(target, n.oid, 'USAGE')) THEN
                 format('%sGRANT USAGE, CREATE ON SCHEMA %I TO %I;', CASE WHEN pg_has_role(owner, n.nspowner, 'USAGE') THEN ''
                   ELSE format(E'-- As %I, the owner of the schema, or as a superuser:\n    ',
                     CASE pg_get_userbyid(n.nspowner) WHEN 'pg_database_owner' THEN (SELECT pg_get_userbyid(datdba) FROM pg_database
                       WHERE datname = current_database()) ELSE pg_get_userbyid(n.nspowner) END) END, n.nspname, target)
                 ELSE '' END AS schema_sql
          FROM found_for JOIN pg_roles AS o ON o.oid = owner JOIN pg_namespace AS n ON n.nspname = current_setting('migrator.schema')
         WHERE NOT pg_has_role(owner, 'USAGE')
         ORDER BY count(*) OVER (PARTITION BY owner, kind) DESC, owner, kind DESC, name
        """;

    /// <summary>Reads them. It needs no right to the tables.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">pg_schema; null for the server's current schema.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <param name="gatewayRole">The role of the running gateway, whose member nobody should become; null if it is not known.</param>
    public static async Task<TableOwners> ReadAsync(
        IDatabaseSession session, string? schema, CancellationToken cancellationToken, string? gatewayRole = null)
    {
        var (user, name) = ("", "");
        var objects = await session.QueryAsync(
            schema,
            [Query],
            row =>
            {
                (user, name) = (row.GetString("user"), row.GetString("schema"));
                return new OwnedObject(
                    row.GetString("kind"), row.GetString("name"), row.GetString("plain"), row.GetString("owner"), MeansOf(row),
                    row.GetString("target"))
                {
                    JoinSql = row.GetString("join_sql"),
                    SchemaSql = row.GetString("schema_sql"),
                    MayRead = row.GetBoolean("may_read"),
                    OwnerMayLogIn = row.GetBoolean("may_log_in"),
                };
            },
            cancellationToken,
            gatewayRole ?? "");
        var roles = objects.Where(o => o.IsTable).CountBy(o => o.Owner, StringComparer.Ordinal).Select(c => (c.Key, c.Value));
        return new TableOwners(user, name, [.. roles]) { Objects = objects };
    }

    /// <summary>Whether they are the reason of a refusal: tables are, and functions that its message names.</summary>
    public bool Explain(string message) =>
        Objects.Any(o => o.IsTable || message.Contains(o.Plain, StringComparison.Ordinal));

    /// <summary>Who owns the tables: <c>36 of the gateway's tables belong to kong, and app does not have its rights</c>.</summary>
    public string Sentence
    {
        get
        {
            var owners = Objects.GroupBy(o => o.Owner, StringComparer.Ordinal).ToList();
            return string.Join(", ", owners.Select(g => $"{Count([.. g])} belong{(g.Count() == 1 ? "s" : "")} to '{g.Key}'"))
                + $", and '{User}' does not have {(owners.Count == 1 ? "its rights" : "their rights")}";
        }
    }

    /// <summary>The roles of <see cref="Remedy"/> that somebody would become a member of, or log in as.</summary>
    public IReadOnlyCollection<string> RolesToTake =>
    [
        .. Objects.Where(o => o.Means is not (Means.GiveObjects or Means.GiveWhatIsLeft or Means.SetRole)).Select(o => o.Owner),
        .. Objects.Where(o => o.Means == Means.GiveObjects && o.JoinSql.Length > 0).Select(o => o.Target),
    ];

    private static string Count(IReadOnlyList<OwnedObject> objects)
    {
        var tables = objects.Count(o => o.IsTable);
        var functions = objects.Count - tables;
        return tables == 0 ? $"{functions} of the gateway's functions"
            : $"{tables} of the gateway's tables" + (functions == 0 ? "" : $" and {functions} of its functions");
    }

    /// <summary>What to do: what can be pasted ends each line.</summary>
    public string Remedy => string.Join("\n    ", Objects.GroupBy(o => (o.Owner, o.Means)).SelectMany(g => g.Key.Means switch
    {
        Means.GiveObjects => GiveAll([.. g]),
        Means.GiveWhatIsLeft =>
        [
            $"What '{g.Key.Owner}' writes into it would run with the rights of '{User}', so do not become its member. Give it to "
                + $"'{g.First().Target}', as a superuser or a member of both roles:",
            .. g.Select(o => o.GiveSql),
        ],
        Means.SetRole =>
        [
            $"'{User}' is a member of '{DisplayText.Name(g.Key.Owner)}' and does not inherit its rights (NOINHERIT). Let it act "
                + $"as '{DisplayText.Name(g.Key.Owner)}' after each login, as '{User}' or a superuser: {SetRole(g.Key.Owner)}",
        ],
        Means.GrantAndSetRole =>
        [
            $"'{User}' inherits no rights (NOINHERIT). Let it act as '{DisplayText.Name(g.Key.Owner)}' after each login, as "
                + $"{SessionDiagnosis.Administrator}: "
                + $"GRANT {Sql.Identifier(g.Key.Owner)} TO {Sql.Identifier(User)}; {SetRole(g.Key.Owner)}",
        ],
        Means.GrantWithOptions =>
        [
            $"'{User}' does not inherit the rights of '{DisplayText.Name(g.Key.Owner)}'. Let it, as {SessionDiagnosis.Administrator}: "
                + $"GRANT {Sql.Identifier(g.Key.Owner)} TO {Sql.Identifier(User)} WITH INHERIT TRUE, SET TRUE;",
        ],
        Means.LogInInstead =>
        [
            $"'{User}' was given rights on rows only, as a gateway's role is, and should not get more. "
                + (g.First().OwnerMayLogIn ? $"Log in as the owner: pg_user = {DisplayText.Name(g.Key.Owner)}"
                    : $"Log in as a member of the owner, '{DisplayText.Name(g.Key.Owner)}'."),
        ],
        Means.LogInAsOwner =>
        [
            $"Log in as the owner, with a token (a member of rds_iam has no password): pg_user = {DisplayText.Name(g.Key.Owner)}",
        ],
        _ =>
        [
            $"Give its rights to '{User}', as {SessionDiagnosis.Administrator}: GRANT {Sql.Identifier(g.Key.Owner)} TO "
                + $"{Sql.Identifier(User)};",
            .. g.First().OwnerMayLogIn ? [$"or log in as the owner: pg_user = {DisplayText.Name(g.Key.Owner)}"] : Array.Empty<string>(),
        ],
    }));

    // Whoever has the rights of such a role could do everything. The membership is for ALTER only.
    private static IEnumerable<string> GiveAll(IReadOnlyList<OwnedObject> objects)
    {
        var (owner, target) = (objects[0].Owner, objects[0].Target);
        return
        [
            $"One role should own all of them, and a restore leaves them to the role that runs it. If you trust "
                + $"'{DisplayText.Name(owner)}', give them to '{DisplayText.Name(target)}', as '{DisplayText.Name(owner)}' or as a "
                + "superuser:",
            .. new[] { objects[0].JoinSql, objects[0].SchemaSql }.Where(sql => sql.Length > 0),
            .. objects.Select(o => o.GiveSql),
            .. objects[0].JoinSql.Length == 0 ? [] : new[] { $"REVOKE {Sql.Identifier(target)} FROM {Sql.Identifier(owner)};" },
        ];
    }

    private string SetRole(string owner) => $"ALTER ROLE {Sql.Identifier(User)} SET role = {Sql.Identifier(owner)};";

    private static Means MeansOf(DbDataReader row)
    {
        var hasOptions = row.GetBoolean("has_options");
        return row.GetBoolean("has_rows") && !row.GetBoolean("is_member") && !row.GetBoolean("is_left") ? Means.LogInInstead
            : row.GetBoolean("is_system") ? Means.GiveObjects
            : row.GetBoolean("is_left") ? Means.GiveWhatIsLeft
            : row.GetBoolean("is_member") ? hasOptions ? Means.GrantWithOptions : Means.SetRole
            : row.GetBoolean("ends_password") ? Means.LogInAsOwner
            : row.GetBoolean("inherits") ? Means.Grant
            : hasOptions ? Means.GrantWithOptions : Means.GrantAndSetRole;
    }

    /// <summary>What to do for a user who only reads, beside <see cref="Remedy"/>; empty if it may read already.</summary>
    public string ReadingRemedy => Objects.All(o => o.MayRead) ? ""
        : $"\n    Or, if it only has to read, as their owner: GRANT SELECT ON ALL TABLES IN SCHEMA {Sql.Identifier(Schema)} TO "
            + $"{Sql.Identifier(User)};";
}

/// <summary>A table or function of the gateway that belongs to a role whose rights the user does not have.</summary>
/// <param name="Kind">TABLE or FUNCTION.</param>
/// <param name="Name">Its name with the schema, quoted for SQL.</param>
/// <param name="Plain">Its name as it is.</param>
/// <param name="Owner">Its owner.</param>
/// <param name="Means">How the user gets the rights of the owner.</param>
/// <param name="Target">
/// Who should own it: the owner of the ledger if the user has its rights, else the owner of most objects, else the user.
/// </param>
internal sealed record OwnedObject(string Kind, string Name, string Plain, string Owner, Means Means, string Target)
{
    /// <summary>The SQL by which its owner may give it to the target: a membership; empty if there is one.</summary>
    public string JoinSql { get; init; } = "";

    /// <summary>The SQL by which the target may own something in the schema; empty if it may.</summary>
    public string SchemaSql { get; init; } = "";

    /// <summary>Whether the user may read it, if it is a table.</summary>
    public bool MayRead { get; init; } = true;

    /// <summary>Whether the owner may log in.</summary>
    public bool OwnerMayLogIn { get; init; } = true;

    /// <summary>Whether it is a table.</summary>
    public bool IsTable => Kind == "TABLE";

    /// <summary>The SQL that gives it to the target.</summary>
    public string GiveSql => $"ALTER {Kind} {Name} OWNER TO {Sql.Identifier(Target)};";
}

/// <summary>How a user gets the rights to objects of another role.</summary>
internal enum Means
{
    /// <summary>The role is granted.</summary>
    Grant,

    /// <summary>It is granted already, and not inherited: PostgreSQL 16 has an option for that.</summary>
    GrantWithOptions,

    /// <summary>It is granted already, and not inherited: the user becomes the role at each login.</summary>
    SetRole,

    /// <summary>The role is granted, and the user, which inherits nothing, becomes the role at each login.</summary>
    GrantAndSetRole,

    /// <summary>The user is the gateway's role, and must not get the rights of the owner.</summary>
    LogInInstead,

    /// <summary>The role must not be granted: the objects change their owner.</summary>
    GiveObjects,

    /// <summary>
    /// The role must not be granted: the user owns the ledger, so the role is another one, such as the gateway's, which owned all before.
    /// </summary>
    GiveWhatIsLeft,

    /// <summary>The role must not be granted, as the user could no longer log in with a password.</summary>
    LogInAsOwner,
}
