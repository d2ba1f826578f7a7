namespace Migrator.Connecting;

/// <summary>
/// The variables of PostgreSQL's own clients (manual, 34.15). Npgsql takes from them what a connection string does not say, and there is no
/// switch for that; Kong reads none, and what is set for somebody's psql is not meant for a migration: PGOPTIONS could move the
/// search_path, PGSSLCERT would put a client certificate into a login with a token.
/// </summary>
internal static class LibpqVariables
{
    private static readonly string[] Names =
    [
        "PGAPPNAME", "PGCLIENTENCODING", "PGGSSENCMODE", "PGOPTIONS", "PGPASSFILE", "PGPASSWORD", "PGREQUIREAUTH", "PGSSLCERT", "PGSSLKEY",
            "PGSSLNEGOTIATION",
        "PGSSLROOTCERT", "PGTARGETSESSIONATTRS", "PGTZ", "PGUSER",
    ];

    /// <summary>Has this process forget them: those that Npgsql 10.0 reads.</summary>
    public static void Forget() => Array.ForEach(Names, name => Environment.SetEnvironmentVariable(name, null));
}
