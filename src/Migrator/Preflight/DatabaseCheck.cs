using Migrations;
using Migrations.Model;
using Migrator.Configuration.Connection;
using Migrator.Connecting;
using Migrator.Execution;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Planning;

namespace Migrator.Preflight;

/// <summary>Checks the login and the database: rights, schema, search path, other sessions and the ledger.</summary>
internal sealed class DatabaseCheck(
    PostgresSettings settings, ILogin login, IReadOnlyList<Subsystem> subsystems, string conf, Checklist list)
{
    /// <summary>The role of the running gateway, to check its rights too; null not to.</summary>
    public string? GatewayRole { get; init; }

    /// <summary>How long a statement of a run waits for a lock; null for no limit.</summary>
    public TimeSpan? LockTimeout { get; init; }

    /// <summary>Logs in and runs the checks.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var session = await ConnectionFactory.OpenAsync(settings, login, ConnectionRetry.None, cancellationToken);
            AcceptLogin();
            list.Met("login", $"user '{settings.User}', "
                + $"{(settings.Iam is null ? "with a password, if the server requires one" : "with a token")}");
            await TryCheckDatabaseAsync(session, cancellationToken);
        }
        catch (MigratorException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName })
        {
            AcceptLogin();
            list.Met("login", $"user '{settings.User}'");
            list.NotMet("database", e);
        }
        catch (MigratorException e)
        {
            // Other refusals than 28 are not of the user's name, password or token.
            var isOfUser = e.InnerException is not PostgresException refusal
                || PoolerWords.SqlState(refusal).StartsWith("28", StringComparison.Ordinal);
            list.NotMet("login", e.Cause is { } cause ? $"{e.Message} {cause}" : e.Message,
                isOfUser ? $"{e.Remedy}\n{UserSql.For(settings)}" : e.Remedy);
        }
    }

    // The server took the token: what is signed is right, whatever it looks like.
    private void AcceptLogin()
    {
        foreach (var name in settings.Iam is null ? [] : TokenCheck.OfToken)
        {
            list.Accept(name, "but the server took the token");
        }
    }

    private async Task TryCheckDatabaseAsync(IDatabaseSession session, CancellationToken cancellationToken)
    {
        // The login has succeeded: later errors must not be reported under it.
        try
        {
            await CheckDatabaseAsync(session, cancellationToken);
        }
        catch (MigratorException e) when (
            GatewayRole is { } gateway && gateway != settings.User && e.RolesToTake.Contains(gateway, StringComparer.Ordinal))
        {
            // Whoever becomes a member of the gateway's role trusts its code.
            list.NotMet("ledger", $"{e.Message} {e.Cause}", GatewayRoleCheck.Part(settings.User, gateway, conf));
        }
        catch (MigratorException e)
        {
            list.NotMet("ledger", e);
        }
        catch (NpgsqlException e)
        {
            list.NotMet("ledger", SessionDiagnosis.Explain(e));
        }
    }

    private async Task CheckDatabaseAsync(IDatabaseSession session, CancellationToken cancellationToken)
    {
        var facts = await DatabaseReader.ReadAsync(session, settings.Schema, cancellationToken);
        var environment = await ServerEnvironment.ReadAsync(
            session, settings.Schema, Owner(facts), cancellationToken);
        list.Met("server version", $"PostgreSQL {facts.Version}");
        CheckRdsIamMembership(environment);
        list.Met("database", $"'{facts.Database}'");
        if (settings.IsReadOnly)
        {
            list.Met("schema", facts.SchemaExists ? $"'{facts.Schema}'" : $"'{facts.Schema}' does not exist yet");
        }
        else
        {
            await new RunForecast(facts, LockTimeout, list) { GatewayRole = GatewayRole, Changes = Changes(facts) }
                .RunAsync(session, cancellationToken);
        }

        if (GatewayRole is not null && !settings.IsReadOnly)
        {
            await new GatewayRoleCheck(GatewayRole, facts, conf, list).RunAsync(session, cancellationToken);
        }

        if (await BlueGreenDeployment.ReadAsync(session, facts, cancellationToken) is { Length: > 0 } parts)
        {
            list.Warning(
                "no blue/green deployment", $"the server is in one ({parts}): {BlueGreenDeployment.Meaning}", BlueGreenDeployment.Remedy);
        }

        list.Met("search path", environment.SearchPath.Length == 0 ? "empty" : environment.SearchPath);
        CheckCreators(facts, environment);
        CheckOtherSessions(facts, environment);
        facts.RequireLedgerOfTables();
        CheckLedger(SchemaState.From(subsystems, facts.Ledger));
    }

    // What keeps a run from being planned is found by another check.
    private IReadOnlyList<SchemaChange> Changes(DatabaseFacts facts)
    {
        try
        {
            return facts.Ledger.IsEmpty ? []
                : Planner.Plan(RunKind.MigrateAndFinish, SchemaState.From(subsystems, facts.Ledger), facts, conf).Changes;
        }
        catch (MigratorException)
        {
            return [];
        }
    }

    private void CheckLedger(SchemaState state)
    {
        var newer = NewerMigrations.In(state, Catalogue.For(GatewayVersion.Newest));
        if (newer.Count > 0)
        {
            list.NotMet(
                "ledger",
                $"the database is newer than the gateway version that was asked for: its ledger has {string.Join(", ", newer)}",
                "Give the gateway's version with --gateway-version, or leave it out for the newest release.");
        }
        else
        {
            list.Met("ledger", StateAdvice.Of(state).Sentence(conf));
        }
    }

    private void CheckRdsIamMembership(ServerEnvironment environment)
    {
        switch (settings.Iam, environment.IsInRdsIam)
        {
            case (not null, true):
                list.Met("user in rds_iam", $"'{settings.User}'");
                break;
            case (not null, false):
                // RDS takes no token of such a user, but RDS Proxy with secrets does, and logs in to the database with a password.
                list.Met("user in rds_iam", $"'{settings.User}' is not a member, but the server took the token: RDS Proxy with secrets "
                    + "needs no member");
                break;
            case (not null, null):
                list.NotTested("user in rds_iam", "the server has no role rds_iam: it is not Amazon RDS");
                break;
            case (null, true):
                // The login with a password has just worked: through RDS Proxy, which takes passwords, or as a superuser.
                list.Warning("user not in rds_iam", $"'{settings.User}' is a member, and RDS itself takes no password of such a user",
                    "If it is to log in with a token, write pg_iam_auth = on.");
                break;
        }
    }

    private void CheckCreators(DatabaseFacts facts, ServerEnvironment environment)
    {
        // This is only a warning: up to PostgreSQL 14 every role may create objects in the schema public, and a migration is safe anyway.
        // But the gateway's own sessions look names up in that schema.
        if (environment.Creators.Count == 0)
        {
            list.Met("only the owner may create", $"in schema '{facts.Schema}'");
        }
        else
        {
            // What the owner of the tables has as everybody, it is given as itself first.
            var roles = string.Join(", ", environment.Creators);
            var schema = Sql.Identifier(facts.Schema);
            string[] sql =
            [
                .. environment.OnlyAsPublic ? [$"GRANT USAGE, CREATE ON SCHEMA {schema} TO {Sql.Identifier(Owner(facts))};"]
                    : Array.Empty<string>(),
                $"REVOKE CREATE ON SCHEMA {schema} FROM {roles};",
            ];
            list.Warning(
                "only the owner may create",
                $"{roles} may create in schema '{facts.Schema}' too, and what is created there runs with the rights of the gateway, "
                    + "whose sessions look names up in it",
                $"As '{environment.SchemaOwner}', the owner of the schema, or a superuser:\n{string.Join('\n', sql)}");
        }
    }

    private static string Owner(DatabaseFacts facts) => facts.LedgerOwner ?? facts.Creator;

    private void CheckOtherSessions(DatabaseFacts facts, ServerEnvironment environment)
    {
        if (facts.Locks.Holder is { } holder)
        {
            list.NotMet("other sessions", $"another migrator is at work ({holder})", "Wait for it to end.");
        }
        else if (facts.Locks.Row is { IsMigrators: false } row)
        {
            list.NotMet("other sessions", $"{row.Description} holds the migration lock", "Wait for it to end.");
        }
        else if (environment.Blockers.Length > 0)
        {
            list.NotMet("other sessions", $"hold locks in the schema for more than 5 s: {environment.Blockers}",
                $"Once you know whose it is: {environment.EndBlockers}");
        }
        else
        {
            list.Met("other sessions", "none holds a lock in the schema for long");
        }
    }
}
