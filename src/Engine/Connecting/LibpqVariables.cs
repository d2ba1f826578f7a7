namespace Migrator.Connecting;

/// <summary>The environment variables of libpq (PostgreSQL 17, 32.15), which migrator ignores as Kong does.</summary>
/// <remarks>
/// Npgsql reads them for every parameter that the connection string leaves out, and has no switch to stop that. Variables set for psql are
/// not meant for a migration: PGOPTIONS could change the search_path, and PGSSLCERT would add a client certificate to a login with a token.
/// </remarks>
internal static class LibpqVariables
{
    private static readonly string[] Names =
    [
        "PGAPPNAME", "PGCLIENTENCODING", "PGGSSENCMODE", "PGOPTIONS", "PGPASSFILE", "PGPASSWORD", "PGREQUIREAUTH", "PGSSLCERT", "PGSSLKEY",
            "PGSSLNEGOTIATION",
        "PGSSLROOTCERT", "PGTARGETSESSIONATTRS", "PGTZ", "PGUSER",
    ];

    /// <summary>Removes the variables that Npgsql 10.0 reads from this process's environment.</summary>
    public static void Forget() => Array.ForEach(Names, name => Environment.SetEnvironmentVariable(name, null));
}
