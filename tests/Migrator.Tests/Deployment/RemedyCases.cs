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
    public string Command { get; init; } = "up --gateway-version 3.0";

    /// <summary>A redirection.</summary>
    public string Redirect { get; init; } = "";

    /// <summary>What the command ends with once the remedy has been pasted; null not to run it again.</summary>
    public int? ExitCode { get; init; } = 0;

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
    private const string NoCaseYet = "no case yet makes its situation";

    /// <summary>Parts of paths whose texts other tests run.</summary>
    public static readonly IReadOnlyDictionary<string, string> OtherTests = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["/Advice/"] = "calls of the Admin API: the tests of Advice judge them",
        ["/Iam/"] = "AWS: the tests of Iam compare each with the servers that imitate AWS",
        ["GrantsSql.cs"] = "a script: GrantsCommandTests runs it",
        ["/Verification/"] = "a script: RepairTests runs it",
        ["PlanScript.cs"] = "a script: ScriptTests runs it",
    };

    /// <summary>What no test can paste, with the reason.</summary>
    public static readonly IReadOnlyDictionary<string, string> NotPasted = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["GRANT rds_iam TO …;"] = "the role is that of RDS, where it changes the login",
        ["REVOKE rds_iam FROM …;"] = "the same",
        ["pg_iam_auth = on"] = "the token is one of AWS: the tests of Iam log in with it",
        ["migrator check -c … --iam-endpoint HOST[:PORT]"] = "the endpoint is one of AWS, and its name the reader's",
        ["lua_ssl_trusted_certificate = system"] = "the certificate of an RDS Proxy",
        ["curl -O https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"] = "AWS, over the network",
        ["GRANT … TO … WITH INHERIT TRUE, SET TRUE;"] = "needs PostgreSQL 16, on which no case runs",
        ["chronyc makestep"] = "sets the clock of the machine",
        ["apt-get install libssl3"] = "installs on the machine",
        ["apk add libssl3"] = "installs on the machine",
        ["getent hosts …"] = "a look at the name service",
        ["getent ahosts …"] = "the same",
        ["lua_ssl_verify_depth = …"] = "a chain of authorities: ServerCertificateTests reads the number",
        ["pg_ssl_verify = on"] = "names a setting, in a warning",
        ["migrator token -c kong.conf) psql \"host=HOST user=kong dbname=kong sslmode=verify-full sslrootcert=global-bundle.pem\" "] =
            "an example of the help, on AWS",
        ["migrator up -c kong.conf"] = "for a programmer: a migration that refers to a missing one",
        ["SELECT * FROM schema_meta;"] = "a look at a ledger that only a backup repairs",
        ["migrator nodes -c kong.conf --json > old.json"] = "belongs before the rollout: the tests of Rollout run both",
        ["migrator list -c - < kong.conf"] = "needs a terminal: TerminalTests",
        ["migrator advise -c …"] = "shows rows; their remedies are calls of the Admin API",
        ["ALTER ROLE … IN DATABASE … SET statement_timeout = '1min';"] = "needs a server on which BEGIN takes a millisecond",
        ["ALTER EVENT TRIGGER … DISABLE;"] = NoCaseYet,
        ["ALTER TABLE ….… DISABLE TRIGGER …;"] = NoCaseYet,
        ["DROP RULE … ON …;"] = "part of a query that prints it, which is pasted",
        ["ALTER TABLE ….… NO FORCE ROW LEVEL SECURITY;"] = NoCaseYet,
        ["CREATE DATABASE … OWNER … TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';"] = NoCaseYet,
        ["ALTER DATABASE … REFRESH COLLATION VERSION;"] = NoCaseYet,
        ["ALTER ROLE … RESET session_replication_role;"] = NoCaseYet,
        ["ALTER DATABASE … RESET session_replication_role;"] = NoCaseYet,
        ["SELECT application_name, sync_state, replay_lag FROM pg_stat_replication;"] = NoCaseYet,
        ["ALTER SYSTEM SET synchronous_standby_names = '';"] = NoCaseYet,
        ["SELECT pg_reload_conf();"] = NoCaseYet,
        ["GRANT pg_read_all_stats TO …;"] = NoCaseYet,
        ["REVOKE SET, ALTER SYSTEM ON PARAMETER session_replication_role FROM …;"] = NoCaseYet,
        ["REVOKE … FROM …;"] = "GrantsCommandTests",
        ["ALTER DATABASE … OWNER TO …;"] = "GrantsCommandTests",
        ["REVOKE CREATE ON DATABASE … FROM …;"] = "GrantsCommandTests",
        ["GRANT … TO … WITH SET TRUE;"] = "needs PostgreSQL 16, on which no case runs",
        ["pg_ssl_verify = off"] = "the state in which a certificate is not verified, in a result of check",
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

    // A row that a migration rewrites.
    private const string Row =
        """
        INSERT INTO routes (id, name, paths, tags, ws_id, created_at, updated_at)
          SELECT gen_random_uuid(), 'r', ARRAY['/a\d'], '{a}', id, now(), now() FROM workspaces;

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

    private const string LedgerRules =
        "SELECT format('DROP RULE … ON …;', rulename, ev_class::regclass) FROM pg_rewrite JOIN pg_class AS c ON c.oid = ev_class "
            + "WHERE relname IN ('schema_meta', 'locks') AND relkind = 'r' UNION ALL SELECT format('DROP TRIGGER … ON …;', tgname, "
            + "tgrelid::regclass) FROM pg_trigger JOIN pg_class AS c ON c.oid = tgrelid WHERE relname IN ('schema_meta', 'locks') AND "
            + "NOT tgisinternal;";

    private const string LogOfDdl =
        """
        CREATE SCHEMA audit; CREATE TABLE audit.ddl (id serial, tag text);
        CREATE FUNCTION audit.log() RETURNS event_trigger LANGUAGE plpgsql AS
          $$ BEGIN INSERT INTO audit.ddl (tag) VALUES (tg_tag); END $$;
        CREATE EVENT TRIGGER log ON ddl_command_end EXECUTE FUNCTION audit.log();
        """;

    /// <summary>The situations.</summary>
    public static readonly IReadOnlyList<RemedyCase> All =
    [
        new("a dump restored by a superuser with --no-owner", "SELECT pg_temp.give('kong', true);", "ALTER … … OWNER TO …;"),
        new("functions restored by a superuser", "SELECT pg_temp.give('kong', false);", "ALTER … … OWNER TO …;")
        { Command = "up --force --gateway-version 2.8" },
        new("tables of another role", OthersTables, "GRANT … TO …;"),
        new("tables of another role, logged in as", OthersTables, "pg_user = …"),
        new("tables of another role, only read", OthersTables, "GRANT SELECT ON ALL TABLES IN SCHEMA … TO …;")
        { Command = "list", ExitCode = 5 },
        new("a member that does not inherit", OthersTables + "GRANT {other} TO {user}; ALTER ROLE {user} NOINHERIT;",
            "ALTER ROLE … SET role = …;"),

        new("no right to use the schema", "ALTER SCHEMA public OWNER TO kong; REVOKE ALL ON SCHEMA public FROM PUBLIC, {user};",
            "GRANT USAGE ON SCHEMA … TO …;") { Command = "list", ExitCode = 5 },
        new("no right to create in the schema",
            "ALTER SCHEMA public OWNER TO kong; REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO {user};",
            "GRANT USAGE, CREATE ON SCHEMA … TO …;"),
        new("no schema", "ALTER DATABASE {db} OWNER TO kong;", "CREATE SCHEMA … AUTHORIZATION …;")
        { Start = "empty", Command = "bootstrap", Settings = [("pg_schema", "gateway")] },
        new("others may create in the schema", "GRANT CREATE ON SCHEMA public TO PUBLIC;", "REVOKE CREATE ON SCHEMA … FROM …;")
        { Command = "check" },
        new("a read-only database", "ALTER DATABASE {db} SET default_transaction_read_only = on;",
            "ALTER ROLE … IN DATABASE … SET default_transaction_read_only = off;"),
        new("a read-only role", "ALTER ROLE {user} SET default_transaction_read_only = on;",
            "ALTER ROLE … IN DATABASE … SET default_transaction_read_only = off;"),

        new("no database", "", "CREATE DATABASE … OWNER …;")
        { Command = "bootstrap", Settings = [("pg_database", "{db}_new")], CleanUp = "DROP DATABASE {db}_new;" },
        new("no right to connect", "ALTER DATABASE {db} OWNER TO kong; REVOKE CONNECT ON DATABASE {db} FROM PUBLIC;",
            "GRANT CONNECT ON DATABASE … TO …;") { Command = "list", ExitCode = 5 },
        new("no connections to the database", "\\c postgres\nALTER DATABASE {db} ALLOW_CONNECTIONS false;",
            "ALTER DATABASE … ALLOW_CONNECTIONS true;")
        { Command = "list", ExitCode = 5 },
        new("no connection left for the user", "ALTER ROLE {user} CONNECTION LIMIT 0;", "ALTER ROLE … CONNECTION LIMIT -1;"),
        new("no connection left for the database", "ALTER DATABASE {db} CONNECTION LIMIT 0;", "ALTER DATABASE … CONNECTION LIMIT -1;"),
        new("a user who may not log in", "ALTER ROLE {user} NOLOGIN;", "ALTER ROLE … LOGIN;"),
        new("no user", "", "CREATE USER … WITH LOGIN;", "GRANT CONNECT, CREATE ON DATABASE … TO …;",
            "GRANT USAGE, CREATE ON SCHEMA … TO …;")
        { Start = "empty", Command = "check", Settings = [("pg_user", "{user}_new")] },

        new("an event trigger that writes a log", LogOfDdl, "ALTER FUNCTION … SECURITY DEFINER…;"),
        new("an event trigger that writes a log, with temporary copies", LogOfDdl, "ALTER FUNCTION … SECURITY DEFINER…;")
        { Command = "advise" },
        new("a trigger of a superuser that writes to a table of somebody else", Row + Audit, "ALTER FUNCTION … SECURITY DEFINER…;"),
        new("a trigger of the user that writes to a table of somebody else",
            Row + Audit + "ALTER FUNCTION public.log() OWNER TO {user};", "GRANT USAGE ON SCHEMA … TO …;", "GRANT … ON … … TO …;"),
        new("a trigger with the rights of its owner that writes to a table of somebody else",
            Row + Audit + "ALTER FUNCTION public.log() OWNER TO {user}; ALTER FUNCTION public.log() SECURITY DEFINER;",
            "GRANT USAGE ON SCHEMA … TO …;", "GRANT … ON … … TO …;"),
        new("a trigger that finds its table by the search_path",
            Row + "CREATE TABLE seen (what text); ALTER TABLE seen OWNER TO {user};"
                + "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES (TG_OP); RETURN NEW; END $$;"
                + "CREATE TRIGGER note AFTER UPDATE ON routes FOR EACH ROW EXECUTE FUNCTION note();",
            "ALTER FUNCTION … SET search_path = …, pg_temp;"),
        new("rights of the owner taken away", "REVOKE ALL ON routes FROM {user};" + Row, "GRANT … ON … … TO …;"),
        new("a tablespace of somebody else",
            "SET allow_in_place_tablespaces = on; CREATE TABLESPACE {db}_space LOCATION ''; ALTER ROLE {user} SET default_tablespace = "
                + "'{db}_space';",
            "GRANT CREATE ON TABLESPACE … TO …;"),
        new("functions of PostgreSQL for few only", "REVOKE EXECUTE ON FUNCTION pg_try_advisory_xact_lock(int, int) FROM PUBLIC;",
            "GRANT EXECUTE ON FUNCTION … TO …;"),
        new("PL/pgSQL for few only", "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;", "GRANT USAGE ON LANGUAGE … TO …;"),
        new("no temporary tables", "ALTER DATABASE {db} OWNER TO kong; REVOKE TEMPORARY ON DATABASE {db} FROM PUBLIC;",
            "GRANT TEMPORARY ON DATABASE … TO …;") { Command = "advise" },
        new("row security that is forced",
            Row + "ALTER TABLE routes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON routes USING (false);",
            "ALTER TABLE … NO FORCE ROW LEVEL SECURITY;"),
        new("a publication with a condition on rows", Row + "CREATE PUBLICATION p FOR TABLE routes WHERE (name IS NOT NULL);",
            "ALTER TABLE … REPLICA IDENTITY FULL;"),
        new("a publication of some columns", Row + "CREATE PUBLICATION p FOR TABLE routes (name);", "ALTER PUBLICATION … DROP TABLE …;"),
        new("a publication without replica identity",
            Row + "ALTER TABLE routes REPLICA IDENTITY NOTHING; CREATE PUBLICATION p FOR ALL TABLES;",
            "ALTER TABLE … REPLICA IDENTITY FULL;"),
        new("a ledger without its key", "ALTER TABLE schema_meta DROP CONSTRAINT schema_meta_pkey;",
            "ALTER TABLE … ADD PRIMARY KEY (…);"),
        new("locks without its key", "ALTER TABLE locks DROP CONSTRAINT locks_pkey;", "ALTER TABLE … ADD PRIMARY KEY (…);"),
        new("a trigger that discards what is written to the ledger",
            "CREATE FUNCTION drop_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"
                + "CREATE TRIGGER d BEFORE INSERT OR UPDATE ON schema_meta FOR EACH ROW EXECUTE FUNCTION drop_it();",
            LedgerRules),

        new("a rule that discards what is written to the ledger", "CREATE RULE r AS ON INSERT TO schema_meta DO INSTEAD NOTHING;",
            LedgerRules),
        new("a rule that discards a rewrite", Row + "CREATE RULE r AS ON UPDATE TO routes DO INSTEAD NOTHING;", "DROP RULE … ON ….…;"),

        new("a table of a role that is not trusted", "ALTER TABLE acls OWNER TO {other};", "ALTER TABLE ….… OWNER TO …;"),
        new("a function of a role that is not trusted", "ALTER FUNCTION sync_tags() OWNER TO {other};",
            "ALTER FUNCTION ….…() OWNER TO …;"),
        new("a table that is deleted from with one of the gateway's",
            "CREATE TABLE note (route uuid REFERENCES routes ON DELETE CASCADE); ALTER TABLE note OWNER TO {other};",
            "ALTER TABLE … OWNER TO …;"),
        new("a superuser on tables of a role that is not trusted",
            "ALTER DATABASE {db} OWNER TO kong; ALTER SCHEMA public OWNER TO kong; GRANT USAGE, CREATE ON SCHEMA public TO {user};",
            "pg_user = …") { Settings = [("pg_user", "kong")] },

        new("a session that holds a table", "", "SELECT pg_terminate_backend(…);")
        { Held = "BEGIN; LOCK TABLE routes", Command = "up --lock-timeout 2" },
        new("a prepared transaction that holds a table", "BEGIN; LOCK TABLE routes; PREPARE TRANSACTION 'it''s';", "ROLLBACK PREPARED …;")
        { Command = "up --lock-timeout 2", Server = () => PostgresServer.Start(["max_prepared_transactions = 5"]) },

        new("an empty database", "", "migrator bootstrap -c …") { Start = "empty" },
        new("an upgrade that is not finished", "", "migrator finish -c … && migrator up -c …")
        { First = "up --gateway-version 3.4", Command = "up --gateway-version 3.6" },
        new("an answer that is lost", "", "migrator list -c …")
        { Start = "empty", Command = "bootstrap", Redirect = "> /dev/full", ExitCode = null },
        new("settings that are refused", "", "migrator config -c …")
        { Command = "list", Settings = [("pg_port", "70000")], ExitCode = null },

        new("a server without TLS", "", "pg_ssl = off") { Command = "list", ExitCode = 5, Settings = [("pg_ssl", "on")] },
        new("a server that needs TLS", "", "pg_ssl = on")
        {
            Command = "list",
            ExitCode = 5,
            Server = () => PostgresServer.Start(
                ["ssl = on"], ["local all all trust", "host all kong 127.0.0.1/32 trust", "hostssl all all 127.0.0.1/32 trust"],
                prepare: data => new TestCertificates().WriteServer(data)),
        },
    ];
}
