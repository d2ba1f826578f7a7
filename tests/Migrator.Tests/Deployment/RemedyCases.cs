using Migrator.Tests.Commands;
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

    /// <summary>The role that pastes SQL, whatever the message says; null for the one that it names.</summary>
    public string? PastedBy { get; init; }

    /// <summary>What the command ends with once the remedy has been pasted; null not to run it again.</summary>
    public int? ExitCode { get; init; } = 0;

    /// <summary>Settings of kong.conf.</summary>
    public (string Key, string Value)[] Settings { get; init; } = [];

    /// <summary>Settings that the operator changes besides.</summary>
    public (string Key, string Value)[] NewSettings { get; init; } = [];

    /// <summary>SQL of a session of a superuser that stays open.</summary>
    public string? Held { get; init; }

    /// <summary>Starts a server with its own settings; null for the shared one.</summary>
    public Func<PostgresServer>? Server { get; init; }

    /// <summary>SQL that removes what belongs to the server and not to the database.</summary>
    public string CleanUp { get; init; } = "";

    /// <inheritdoc />
    public override string ToString() => Name;
}

/// <summary>A part of the source, and the test that runs the statements in it.</summary>
/// <param name="Path">A part of the path.</param>
/// <param name="Fixture">The class of the test.</param>
/// <param name="Test">The test.</param>
internal sealed record OtherTest(string Path, Type Fixture, string Test)
{
    /// <summary>Whether the test covers a remedy.</summary>
    public bool Covers(string file, Remedy remedy) => file.Contains(Path, StringComparison.Ordinal) && remedy.Kind == RemedyKind.Sql;

    /// <summary>Whether the test covers each remedy of a file. That of the script of grants also has the command that prints it.</summary>
    public bool CoversAll(string file) => Path != "/GrantsSql.cs" && file.Contains(Path, StringComparison.Ordinal);

    /// <inheritdoc />
    public override string ToString() => Path;
}

/// <summary>The situations. Roles belong to a server, so their names have the name of the database.</summary>
internal static class RemedyCases
{
    /// <summary>Sources whose statements other tests run. What stands in them for a shell or for kong.conf needs a case here.</summary>
    public static readonly IReadOnlyList<OtherTest> OtherTests =
    [
        new("/Advice/", typeof(Advice.RemedyStatementTests),
            nameof(Advice.RemedyStatementTests.After_a_statement_without_a_gap_the_gateway_accepts_the_row)),
        new("/Iam/", typeof(Iam.AwsCommandTests),
            nameof(Iam.AwsCommandTests.The_AWS_CLI_can_read_each_command_that_is_printed)),
        new("/GrantsSql.cs", typeof(GrantsCommandTests),
            nameof(GrantsCommandTests.Before_bootstrap_default_privileges_give_the_gateway_its_rights)),
        new("/OwnedObjects.cs", typeof(GatewayRoleTests),
            nameof(GatewayRoleTests.What_belongs_to_the_gateway_check_names_with_the_SQL_that_gives_it_away)),
        new("/Verification/", typeof(RepairTests),
            nameof(RepairTests.What_is_damaged_is_found_and_repaired_and_nothing_else_is_changed)),
        new("/PlanScript.cs", typeof(Hostile.ScriptTests),
            nameof(Hostile.ScriptTests.Any_name_of_a_schema_that_a_run_takes_is_only_a_name)),
    ];

    /// <summary>What no test can paste, with the reason.</summary>
    public static readonly IReadOnlyDictionary<string, string> NotPasted = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["GRANT rds_iam TO …;"] = "the role is that of RDS, where it changes the login",
        ["REVOKE rds_iam FROM …;"] = "the same",
        ["pg_iam_auth = on"] = "the token is one of AWS: the tests of Iam log in with it",
        ["migrator check -c … --iam-endpoint HOST[:PORT]"] = "the endpoint is one of AWS, and its name the reader's",
        ["lua_ssl_trusted_certificate = system"] = "the certificate of an RDS Proxy",
        ["curl -O https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"] = "AWS, over the network",
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
        ["ALTER ROLE … VALID UNTIL ''infinity'';"] = "the quotes are doubled in the source only: GatewayRoleTests pastes it",
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

    // Lets the program say that its COMMIT waits, and then cancels the wait.
    private const string UntilItWaits =
        "2> /tmp/{db}.errors & while kill -0 $! 2> /dev/null; do grep -q SyncRep /tmp/{db}.errors && psql -X -q -h 127.0.0.1 -p {port} "
            + "-U kong -c \"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'\" postgres > /dev/null; "
            + "sleep 0.2; done; wait $!; code=$?; cat /tmp/{db}.errors >&2; rm /tmp/{db}.errors; exit $code";

    // What a gateway needs, of a role that does not own its tables.
    private const string GatewayRights =
        """
        GRANT USAGE ON SCHEMA public TO {other}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {other};
        ALTER DEFAULT PRIVILEGES FOR ROLE {user} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {other};

        """;

    private const string LogOfDdl =
        """
        CREATE SCHEMA audit; CREATE TABLE audit.ddl (id serial, tag text);
        CREATE FUNCTION audit.log() RETURNS event_trigger LANGUAGE plpgsql AS
          $$ BEGIN INSERT INTO audit.ddl (tag) VALUES (tg_tag); END $$;
        CREATE EVENT TRIGGER log ON ddl_command_end EXECUTE FUNCTION audit.log();
        """;

    // As on RDS: no superuser, but a master user, who has restored a dump of a database in which another role owned the tables.
    private const string RestoredByMaster =
        """
        CREATE ROLE {db}_master LOGIN CREATEDB CREATEROLE;
        ALTER SCHEMA public OWNER TO pg_database_owner; ALTER DATABASE {db} OWNER TO {db}_master; SELECT pg_temp.give('{db}_master', true);
        REVOKE CREATE ON SCHEMA public FROM PUBLIC; SET ROLE {db}_master; CREATE ROLE {db}_owner LOGIN; CREATE ROLE {db}_gw LOGIN;
        RESET ROLE;
        GRANT USAGE ON SCHEMA public TO {db}_gw; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {db}_gw;

        """;

    /// <summary>The situations.</summary>
    public static readonly IReadOnlyList<RemedyCase> All =
    [
        new("a dump restored by a superuser with --no-owner", "SELECT pg_temp.give('kong', true);", "ALTER … … OWNER TO …;"),
        new("a function of another role, as check finds it", "ALTER FUNCTION sync_tags() OWNER TO {other};", "ALTER … … OWNER TO …;")
        { Command = "check" },
        new("functions restored by a superuser", "SELECT pg_temp.give('kong', false);", "ALTER … … OWNER TO …;")
        { Command = "up --force --gateway-version 2.8" },
        new("tables of another role", OthersTables, "GRANT … TO …;"),
        new("tables of another role, logged in as", OthersTables, "pg_user = …"),
        new("tables of another role, only read", OthersTables, "GRANT SELECT ON ALL TABLES IN SCHEMA … TO …;")
        { Command = "list", ExitCode = 5 },
        new("a member that does not inherit", OthersTables + "GRANT {other} TO {user}; ALTER ROLE {user} NOINHERIT;",
            "ALTER ROLE … SET role = …;"),

        new("a user that inherits nothing, and is no member", OthersTables + "ALTER ROLE {user} NOINHERIT;", "GRANT … TO …;",
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
            "SET default_transaction_read_only = off; ALTER ROLE … IN DATABASE … SET default_transaction_read_only = off;"),
        new("a read-only role", "ALTER ROLE {user} SET default_transaction_read_only = on;",
            "SET default_transaction_read_only = off; ALTER ROLE … IN DATABASE … SET default_transaction_read_only = off;")
        { PastedBy = "{user}" },

        new("no database", "", "GRANT … TO CURRENT_USER;", "CREATE DATABASE … OWNER …;", "REVOKE … FROM CURRENT_USER;")
        { Command = "bootstrap", Settings = [("pg_database", "{db}_new")], CleanUp = "DROP DATABASE {db}_new;" },
        .. new[] { 15, 16 }.Select(version => new RemedyCase($"no database, for the master user of PostgreSQL {version}",
            "CREATE ROLE {db}_master LOGIN CREATEDB CREATEROLE; SET ROLE {db}_master; CREATE ROLE {db}_owner LOGIN;",
            "GRANT … TO CURRENT_USER;", "CREATE DATABASE … OWNER …;", "REVOKE … FROM CURRENT_USER;")
        {
            Start = "empty",
            Command = "bootstrap",
            Settings = [("pg_database", "{db}_new"), ("pg_user", "{db}_owner")],
            PastedBy = "{db}_master",
            Server = () => PostgresVersions.Start(version),
        }),
        new("no right to connect", "ALTER DATABASE {db} OWNER TO kong; REVOKE CONNECT ON DATABASE {db} FROM PUBLIC;",
            "GRANT CONNECT ON DATABASE … TO …;") { Command = "list", ExitCode = 5 },
        new("no connections to the database", "\\c postgres\nALTER DATABASE {db} ALLOW_CONNECTIONS false;",
            "ALTER DATABASE … ALLOW_CONNECTIONS true;")
        { Command = "list", ExitCode = 5 },
        new("no connection left for the user", "ALTER ROLE {user} CONNECTION LIMIT 0;", "ALTER ROLE … CONNECTION LIMIT -1;"),
        new("no connection left for the database", "ALTER DATABASE {db} CONNECTION LIMIT 0;", "ALTER DATABASE … CONNECTION LIMIT -1;"),
        new("a user who may not log in", "ALTER ROLE {user} NOLOGIN;", "ALTER ROLE … LOGIN;"),
        new("no user", "", "CREATE ROLE … LOGIN;", "GRANT CONNECT, CREATE ON DATABASE … TO …;",
            "GRANT USAGE, CREATE ON SCHEMA … TO …;")
        { Start = "empty", Command = "check", Settings = [("pg_user", "{user}_new")] },

        new("an event trigger that writes a log", LogOfDdl, "ALTER FUNCTION … SECURITY DEFINER…;"),
        new("an event trigger that writes a log, with temporary copies", LogOfDdl, "ALTER FUNCTION … SECURITY DEFINER…;")
        { Command = "advise" },
        new("a trigger of a superuser that writes to a table of somebody else", Row + Audit, "ALTER FUNCTION … SECURITY DEFINER…;"),
        new("a trigger of the user that writes to a table of somebody else",
            Row + Audit + "ALTER FUNCTION public.log() OWNER TO {user};", "GRANT USAGE ON SCHEMA … TO …;", "GRANT … ON … … TO …;"),
        new("a table of the owner, for the gateway's role that runs it",
            "ALTER DATABASE {db} OWNER TO kong; ALTER SCHEMA public OWNER TO kong; GRANT USAGE, CREATE ON SCHEMA public TO {user};"
                + GatewayRights, "pg_user = …")
        { Settings = [("pg_user", "{other}")] },
        new("a trigger in lower case that writes to a table of somebody else",
            Row + Audit.Replace("INSERT INTO audit.log (what) VALUES", "insert into audit.log (what) values", StringComparison.Ordinal)
                + "ALTER FUNCTION public.log() OWNER TO {user}; GRANT USAGE ON SCHEMA audit TO {user};",
            "GRANT … ON … … TO …;") { PastedBy = "{other}" },
        new("a trigger with the rights of its owner that writes to a table of somebody else",
            Row + Audit + "ALTER FUNCTION public.log() OWNER TO {user}; ALTER FUNCTION public.log() SECURITY DEFINER;",
            "GRANT USAGE ON SCHEMA … TO …;", "GRANT … ON … … TO …;"),
        new("a trigger that finds its table by the search_path",
            Row + "CREATE TABLE seen (what text); ALTER TABLE seen OWNER TO {user};"
                + "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES (TG_OP); RETURN NEW; END $$;"
                + "CREATE TRIGGER note AFTER UPDATE ON routes FOR EACH ROW EXECUTE FUNCTION note();",
            "ALTER FUNCTION … SET search_path = …, pg_temp;"),
        new("a constraint of the operator's own that rewritten paths violate",
            Row + "ALTER TABLE routes ADD CONSTRAINT \"no Tilde\" CHECK (paths[1] NOT LIKE '~%');", "ALTER TABLE … DROP CONSTRAINT …;"),
        new("rights of the owner taken away", "REVOKE ALL ON routes FROM {user};" + Row, "GRANT … ON … … TO …;"),
        new("a tablespace of somebody else",
            "SET allow_in_place_tablespaces = on; CREATE TABLESPACE {db}_space LOCATION ''; ALTER ROLE {user} SET default_tablespace = "
                + "'{db}_space';",
            "GRANT CREATE ON TABLESPACE … TO …;"),
        new("functions of PostgreSQL for few only", "REVOKE EXECUTE ON FUNCTION pg_try_advisory_xact_lock(int, int) FROM PUBLIC;",
            "GRANT EXECUTE ON FUNCTION … TO …;"),
        new("PL/pgSQL for few only", "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;", "GRANT USAGE ON LANGUAGE … TO …;"),
        new("a type of PostgreSQL for few only", "REVOKE USAGE ON TYPE jsonb FROM PUBLIC;", "GRANT USAGE ON TYPE … TO …;"),
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
            "ALTER TABLE ….… DISABLE TRIGGER …;"),

        new("a rule that discards what is written to the ledger", "CREATE RULE r AS ON INSERT TO schema_meta DO INSTEAD NOTHING;",
            "DROP RULE … ON ….…;"),
        new("a rule on the ledger that check finds", "CREATE RULE r AS ON INSERT TO schema_meta DO INSTEAD NOTHING;",
            "DROP RULE … ON ….…;") { Command = "check" },
        new("a ledger without its key that check finds", "ALTER TABLE schema_meta DROP CONSTRAINT schema_meta_pkey;",
            "ALTER TABLE ….… ADD PRIMARY KEY (…);") { Command = "check" },
        new("a publication of some columns that check finds", "CREATE PUBLICATION p FOR TABLE routes (name);",
            "ALTER PUBLICATION … DROP TABLE …;") { Command = "check" },
        new("a publication of some columns whose table has the replica identity FULL",
            "ALTER TABLE routes REPLICA IDENTITY FULL; CREATE PUBLICATION p FOR TABLE routes (id, name);",
            "ALTER PUBLICATION … DROP TABLE …;") { Command = "check" },
        new("publications with a condition and of some columns that check finds",
            "CREATE PUBLICATION p FOR TABLE routes (id, name); CREATE PUBLICATION q FOR TABLE routes WHERE (name IS NOT NULL);",
            "ALTER PUBLICATION … DROP TABLE …;", "ALTER TABLE … REPLICA IDENTITY FULL;") { Command = "check" },
        new("tables without replica identity that check finds",
            "ALTER TABLE routes REPLICA IDENTITY NOTHING; CREATE PUBLICATION p FOR ALL TABLES;",
            "ALTER TABLE … REPLICA IDENTITY FULL;") { Command = "check" },
        new("a condition of a publication that check finds", "CREATE PUBLICATION p FOR TABLE routes WHERE (name IS NOT NULL);",
            "ALTER TABLE … REPLICA IDENTITY FULL;") { Command = "check" },
        new("a trigger that discards the row in locks",
            "CREATE FUNCTION drop_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"
                + "CREATE TRIGGER d BEFORE INSERT ON locks FOR EACH ROW EXECUTE FUNCTION drop_it();",
            LedgerRules) { Command = "up --gateway-version 3.0 --lock-timeout 1" },
        new("a trigger that writes the old row back",
            Row + "CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$ BEGIN "
                + "UPDATE routes SET paths = OLD.paths WHERE id = OLD.id AND pg_trigger_depth() < 2; RETURN NULL; END $$;"
                + "CREATE TRIGGER undo AFTER UPDATE ON routes FOR EACH ROW EXECUTE FUNCTION undo();",
            "ALTER TABLE ….… DISABLE TRIGGER …;"),
        new("a rule that discards a rewrite", Row + "CREATE RULE r AS ON UPDATE TO routes DO INSTEAD NOTHING;", "DROP RULE … ON ….…;"),

        new("a table of a role that is not trusted", "ALTER TABLE acls OWNER TO {other};", "ALTER TABLE ….… OWNER TO …;"),
        new("a function of a role that is not trusted", "ALTER FUNCTION sync_tags() OWNER TO {other};",
            "ALTER FUNCTION ….…() OWNER TO …;"),
        new("a trigger of a role that is not trusted",
            Row + "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
                + "CREATE TRIGGER note AFTER UPDATE ON routes FOR EACH ROW EXECUTE FUNCTION note();"
                + "ALTER FUNCTION note() OWNER TO {other};",
            "ALTER TABLE ….… DISABLE TRIGGER …;"),
        new("a table that is deleted from with one of the gateway's",
            "CREATE TABLE note (route uuid REFERENCES routes ON DELETE CASCADE); ALTER TABLE note OWNER TO {other};",
            "ALTER TABLE … OWNER TO …;"),
        new("what a former owner left on the tables",
            """
            ALTER TABLE plugins ADD CONSTRAINT k CHECK (query_to_xml('SELECT 1', true, true, '') IS NOT NULL) NOT VALID,
              ADD COLUMN g text GENERATED ALWAYS AS (textin('a')) STORED, ADD CONSTRAINT x EXCLUDE ((textin('a') || id::text) WITH =);
            ALTER TABLE workspaces ADD COLUMN z text DEFAULT query_to_xml('SELECT 1', true, true, '')::text;
            CREATE DOMAIN checked AS text CHECK (table_to_xml('routes', true, true, '') IS NOT NULL);
            CREATE DOMAIN given AS text DEFAULT set_config('role', 'none', true);
            ALTER TABLE routes ADD COLUMN checked checked, ADD COLUMN given given;
            CREATE INDEX i ON plugins ((textin('a') || name));
            CREATE STATISTICS s ON (textin('a') || name), name FROM plugins;
            CREATE RULE r AS ON UPDATE TO plugins DO ALSO SELECT set_config('role', 'none', true);
            CREATE POLICY p ON plugins USING (query_to_xml('SELECT 1', true, true, '') IS NOT NULL);
            CREATE TRIGGER t BEFORE UPDATE ON plugins FOR EACH ROW WHEN (set_config('role', 'none', true) = 'none')
              EXECUTE FUNCTION suppress_redundant_updates_trigger();
            CREATE TABLE child () INHERITS (routes);
            CREATE TABLE parent (LIKE acls) PARTITION BY LIST ("group"); ALTER TABLE parent ATTACH PARTITION acls DEFAULT;
            """,
            "ALTER TABLE … DROP CONSTRAINT …;", "ALTER TABLE … DROP COLUMN …;", "ALTER TABLE … ALTER COLUMN … DROP DEFAULT;",
            "ALTER DOMAIN … DROP CONSTRAINT …;", "ALTER DOMAIN … DROP DEFAULT;", "DROP INDEX …;", "DROP STATISTICS …;",
            "DROP RULE … ON …;", "DROP POLICY … ON …;", "DROP TRIGGER … ON …;", "ALTER TABLE … NO INHERIT …;",
            "ALTER TABLE … DETACH PARTITION …;"),
        new("a function of the operator that is volatile by default",
            "CREATE FUNCTION is_good(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'; ALTER FUNCTION is_good(text) OWNER TO {user};"
                + "ALTER TABLE routes ADD CONSTRAINT k CHECK (public.is_good(name));",
            "ALTER FUNCTION … STABLE;", "ALTER TABLE … DROP CONSTRAINT …;"),
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

        new("an event trigger that check finds", LogOfDdl, "ALTER EVENT TRIGGER … DISABLE;") { Command = "check" },
        new("an event trigger of another role", LogOfDdl + "ALTER FUNCTION audit.log() OWNER TO {other};",
            "ALTER EVENT TRIGGER … DISABLE;"),
        new("a view on a table that is dropped", "CREATE VIEW a AS SELECT * FROM ttls; CREATE VIEW b AS SELECT * FROM a;", "DROP … …;")
        { Command = "up --gateway-version 3.4" },
        new("a view on a table that is dropped, which check finds", "CREATE VIEW a AS SELECT * FROM ttls;", "DROP … …;")
        { Command = "check" },
        new("row security that check finds",
            "ALTER TABLE routes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON routes USING (false);",
            "ALTER TABLE ….… NO FORCE ROW LEVEL SECURITY;") { Command = "check" },
        new("a database with another encoding",
            "CREATE DATABASE {db}_old OWNER {user} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C';",
            "CREATE DATABASE … OWNER … TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';")
        {
            Command = "check",
            Settings = [("pg_database", "{db}_old")],
            NewSettings = [("pg_database", "{db}_old_utf8")],
            CleanUp = "DROP DATABASE {db}_old;\nDROP DATABASE {db}_old_utf8;",
        },
        new("indexes of another version of the collation",
            "CREATE DATABASE {db}_icu OWNER {user} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en';"
                + "UPDATE pg_database SET datcollversion = '1' WHERE datname = '{db}_icu';",
            "REINDEX DATABASE …;", "ALTER DATABASE … REFRESH COLLATION VERSION;")
        { Command = "check", Settings = [("pg_database", "{db}_icu")], CleanUp = "DROP DATABASE {db}_icu;" },
        .. new[] { "ROLE {user}", "DATABASE {db}", "ROLE {user} IN DATABASE {db}", "ROLE ALL" }.Select(place => new RemedyCase(
            $"triggers switched off for {place}",
            $"ALTER {place} SET session_replication_role = replica;ALTER DATABASE {{db}} SET session_replication_role = replica;",
            "ALTER … RESET session_replication_role;") { Server = () => PostgresServer.Start() }),
        new("triggers switched off for the server", "ALTER SYSTEM SET session_replication_role = replica;\nSELECT pg_reload_conf();",
            "ALTER SYSTEM SET session_replication_role = origin;", "SELECT pg_reload_conf();")
        { Server = () => PostgresServer.Start() },
        new("a COMMIT that waits for a standby",
            "ALTER SYSTEM SET synchronous_commit = on;\nALTER SYSTEM SET synchronous_standby_names = 'nobody';\nSELECT pg_reload_conf();",
            "SELECT application_name, sync_state, replay_lag FROM pg_stat_replication;",
            "ALTER SYSTEM SET synchronous_standby_names = '';", "SELECT pg_reload_conf();",
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND usename = current_user;")
        { Server = () => PostgresServer.Start(), Redirect = UntilItWaits },
        new("addresses that the user may not see",
            "GRANT USAGE ON SCHEMA public TO {other}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {other};",
            "GRANT pg_read_all_stats TO …;")
        { Command = "nodes --watch 0", Settings = [("pg_user", "{other}")], Held = "SET application_name = 'kong'" },
        new("addresses that the user who finishes may not see",
            "GRANT {user} TO {other};", "GRANT pg_read_all_stats TO …;")
        {
            Command = "finish --gateway-version 2.8 --when-drained 3s --drain-timeout 6s --new-nodes localhost",
            Settings = [("pg_user", "{other}"), ("db_update_frequency", "1")],
            Held = "SET application_name = 'kong'",
        },

        new("a gateway's role without rights", "", "migrator grants -c … --owner … --gateway ………") { Command = "check --gateway {other}" },
        new("a gateway's role with rights on the schema",
            GatewayRights + "GRANT CREATE ON SCHEMA public TO {other}; GRANT TRIGGER, TRUNCATE ON ALL TABLES IN SCHEMA public TO {other};"
                + "ALTER DEFAULT PRIVILEGES FOR ROLE {user} GRANT ALL ON TABLES TO {other};",
            "migrator grants -c … --owner … --gateway ………") { Command = "check --gateway {other}" },
        new("a gateway's role that owns the tables", "", "migrator grants -c … --owner … --gateway ………")
        { Command = "check --gateway {user}", NewSettings = [("pg_user", "{user}_owner")] },
        .. new[] { "ALTER TABLE snis OWNER TO {other};", "ALTER FUNCTION sync_tags() OWNER TO {other};" }.SelectMany(left => new[]
        {
            new RemedyCase($"what the gateway's role has left, for up: {left}", GatewayRights + left, "ALTER … … OWNER TO …;"),
            new($"what the gateway's role has left, for check: {left}", GatewayRights + left, "ALTER … … OWNER TO …;")
            { Command = "check --gateway {other}", ExitCode = left.Contains("TABLE", StringComparison.Ordinal) ? 1 : 0 },
        }),
        new("an owner who is a member of the gateway's role",
            GatewayRights + "CREATE ROLE {user}_team; GRANT {other} TO {user}_team; GRANT {user}_team TO {user};", "REVOKE … FROM …;")
        { Command = "check --gateway {other}" },
        new("an owner who is a member of the gateway's role, on PostgreSQL 16", GatewayRights + "GRANT {other} TO {user};",
            "REVOKE … FROM … GRANTED BY …;")
        { Command = "check --gateway {other}", Server = () => PostgresVersions.Start(16) },
        new("a gateway's role with rights on the server",
            GatewayRights + "GRANT pg_write_all_data TO {other}; ALTER DATABASE {db} OWNER TO {other}; GRANT CREATE ON DATABASE {db} TO "
                + "PUBLIC; ALTER ROLE {other} CREATEROLE CREATEDB REPLICATION BYPASSRLS; "
                + "GRANT SET ON PARAMETER session_replication_role TO {other}; GRANT ALTER SYSTEM ON PARAMETER log_statement TO {other};"
                + "CREATE FUNCTION public.door(text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN EXECUTE $1; END';"
                + "ALTER FUNCTION public.door(text) OWNER TO {user};",
            "REVOKE … FROM …;", "ALTER DATABASE … OWNER TO …;", "REVOKE CREATE ON DATABASE … FROM …;", "ALTER ROLE … NOCREATEROLE;",
            "ALTER ROLE … NOCREATEDB;", "ALTER ROLE … NOREPLICATION;", "ALTER ROLE … NOBYPASSRLS;",
            "REVOKE … ON PARAMETER … FROM …;", "REVOKE EXECUTE ON … … FROM …;",
            "REVOKE SET, ALTER SYSTEM ON PARAMETER session_replication_role FROM …;") { Command = "check --gateway {other}" },
        new("a gateway's role that row security keeps from its rows",
            GatewayRights + "ALTER TABLE public.plugins ENABLE ROW LEVEL SECURITY;",
            "ALTER TABLE … DISABLE ROW LEVEL SECURITY;") { Command = "check --gateway {other}" },

        .. new[] { 14, 15, 16, 18 }.SelectMany(version => new[] { "up --gateway-version 3.0", "check" }.Select(command => new RemedyCase(
            $"a dump restored by the master user, for {command}, on PostgreSQL {version}", RestoredByMaster,
            "GRANT … TO …;", "GRANT USAGE, CREATE ON SCHEMA … TO …;", "ALTER … … OWNER TO …;", "REVOKE … FROM …;")
        {
            Command = command,
            Settings = [("pg_user", "{db}_owner")],
            PastedBy = "{db}_master",
            Server = () => PostgresVersions.Start(version),
        })),
        new("the owner's right to create is that of everybody",
            "ALTER DATABASE {db} OWNER TO kong; ALTER SCHEMA public OWNER TO kong; REVOKE ALL ON SCHEMA public FROM {user};"
                + "GRANT USAGE, CREATE ON SCHEMA public TO PUBLIC;",
            "GRANT USAGE, CREATE ON SCHEMA … TO …;", "REVOKE CREATE ON SCHEMA … FROM …;") { Command = "check" },
        new("logged in as the gateway's role", "CREATE ROLE {user}_gw LOGIN; GRANT USAGE ON SCHEMA public TO {user}_gw;"
                + "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {user}_gw;",
            "pg_user = …") { Command = "check", Settings = [("pg_user", "{user}_gw")] },

        .. new[] { 16, 18 }.SelectMany(version => new RemedyCase[]
        {
            new($"a member that does not inherit, on PostgreSQL {version}", OthersTables + "GRANT {other} TO {user} WITH INHERIT FALSE;",
                "GRANT … TO … WITH INHERIT TRUE, SET TRUE;") { Server = () => PostgresVersions.Start(version) },
            new($"a member that neither inherits nor may act, on PostgreSQL {version}",
                OthersTables + "GRANT {other} TO {user} WITH INHERIT FALSE, SET FALSE;", "GRANT … TO … WITH INHERIT TRUE, SET TRUE;")
            { Server = () => PostgresVersions.Start(version) },
            new($"a member that may not act as the owner, on PostgreSQL {version}",
                OthersTables + "GRANT {other} TO {user} WITH INHERIT TRUE, SET FALSE;", "GRANT … TO … WITH SET TRUE;")
            { Server = () => PostgresVersions.Start(version) },
            new($"tables of another role, on PostgreSQL {version}", OthersTables, "GRANT … TO …;")
            { Server = () => PostgresVersions.Start(version) },
            new($"a gateway's role without rights, on PostgreSQL {version}", "", "migrator grants -c … --owner … --gateway ………")
            { Command = "check --gateway {other}", Server = () => PostgresVersions.Start(version) },
        }),
    ];
}
