using TestSupport;

namespace Migrator.Tests.Deployment;

/// <summary>A situation, and what the program prints in it.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Setup">The SQL that causes it, run by a superuser.</param>
/// <param name="Remedies">What is printed, as it stands in the source.</param>
internal sealed record RemedyCase(string Name, string Setup, params string[] Remedies)
{
    /// <summary>The gateway version of the database; <c>empty</c> for none.</summary>
    public string Start { get; init; } = "2.8";

    /// <summary>A command of migrator that comes first; null for none.</summary>
    public string? First { get; init; }

    /// <summary>The command of migrator, with what a shell reads behind <c>-c kong.conf</c> in <see cref="Redirect"/>.</summary>
    public string Command { get; init; } = "up";

    /// <summary>A redirection.</summary>
    public string Redirect { get; init; } = "";

    /// <summary>What the command ends with once the remedy has been pasted.</summary>
    public int ExitCode { get; init; }

    /// <summary>Settings of kong.conf.</summary>
    public (string Key, string Value)[] Settings { get; init; } = [];

    /// <summary>SQL of a session that stays open.</summary>
    public string? Held { get; init; }

    /// <summary>Starts a server with its own settings; null for the shared one.</summary>
    public Func<PostgresServer>? Server { get; init; }

    /// <summary>SQL that removes what belongs to the server and not to the database.</summary>
    public string CleanUp { get; init; } = "";

    /// <inheritdoc />
    public override string ToString() => Name;
}

/// <summary>The situations. Roles belong to a server, so their names have the name of the database.</summary>
internal static class RemedyCases
{
    /// <summary>Parts of paths whose texts other tests run.</summary>
    public static readonly IReadOnlyDictionary<string, string> OtherTests = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["/Advice/"] = "calls of the Admin API: the tests of Advice judge them",
        ["/Iam/"] = "AWS: the tests of Iam compare each with the servers that imitate AWS",
        ["GrantsSql.cs"] = "a script: GrantsCommandTests runs it",
        ["/Verification/"] = "a script: VerifyCommandTests runs it",
        ["PlanScript.cs"] = "a script: PlanScriptTests runs it",
    };

    /// <summary>What no test can paste, with the reason.</summary>
    public static readonly IReadOnlyDictionary<string, string> NotPasted = new Dictionary<string, string>(StringComparer.Ordinal)
    {
    };

    /// <summary>What precedes each situation: the user of kong.conf owns the database and everything in it.</summary>
    public const string Prepare =
        """
        CREATE ROLE {user} LOGIN; CREATE ROLE {other} LOGIN;
        ALTER DATABASE {db} OWNER TO {user}; ALTER SCHEMA public OWNER TO {user};
        CREATE FUNCTION pg_temp.give(role text, tables boolean) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE sql text;
        BEGIN
          FOR sql IN SELECT format('ALTER TABLE %s OWNER TO %I', oid::regclass, role) FROM pg_class
                      WHERE tables AND relnamespace = 'public'::regnamespace AND relkind = 'r'
                     UNION ALL SELECT format('ALTER FUNCTION %s OWNER TO %I', oid::regprocedure, role) FROM pg_proc
                      WHERE pronamespace = 'public'::regnamespace LOOP
            EXECUTE sql;
          END LOOP;
        END $$;
        SELECT pg_temp.give('{user}', true);

        """;

    private const string Row =
        """
        INSERT INTO routes (id, name, paths, ws_id, created_at, updated_at)
          SELECT gen_random_uuid(), 'r', '{/a}', id, now(), now() FROM workspaces;

        """;

    private const string OthersTables =
        """
        ALTER DATABASE {db} OWNER TO {other}; ALTER SCHEMA public OWNER TO {other}; SELECT pg_temp.give('{other}', true);
        GRANT USAGE, CREATE ON SCHEMA public TO {user};

        """;

    // A table of somebody else, and a trigger that writes to it.
    private const string Audit =
        """
        CREATE SCHEMA audit AUTHORIZATION {other}; CREATE TABLE audit.log (id serial, what text); ALTER TABLE audit.log OWNER TO {other};
        CREATE FUNCTION public.log() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN INSERT INTO audit.log (what) VALUES (TG_OP); RETURN NEW; END $$;
        CREATE TRIGGER log AFTER UPDATE ON routes FOR EACH ROW EXECUTE FUNCTION public.log();

        """;

    /// <summary>The situations.</summary>
    public static IEnumerable<RemedyCase> All =>
    [
        new("a dump restored by a superuser with --no-owner", "SELECT pg_temp.give('kong', true);", "ALTER … … OWNER TO …;"),
        new("functions restored by a superuser", "SELECT pg_temp.give('kong', false);", "ALTER … … OWNER TO …;"),
        new("tables of another role", OthersTables, "GRANT … TO …;"),
        new("tables of another role, logged in as", OthersTables, "pg_user = …"),
        new("tables of another role, only read", OthersTables, "GRANT SELECT ON ALL TABLES IN SCHEMA … TO …;")
        { Command = "list", ExitCode = 5 },
        new("a member that does not inherit", OthersTables + "GRANT {other} TO {user}; ALTER ROLE {user} NOINHERIT;",
            "ALTER ROLE … SET role = …;"),
    ];
}
