namespace Migrator.Inspection;

/// <summary>Finds out whether the server is part of a blue/green deployment of Amazon RDS.</summary>
/// <remarks>
/// Where such a deployment replicates logically, the green environment does not get DDL (RDS user guide, "Limitations and considerations
/// for blue/green deployments"). RDS and Aurora each have a function that tells AWS's drivers; migrator asks them the same.
/// </remarks>
internal static class BlueGreenDeployment
{
    /// <summary>The names of the functions, as SQL.</summary>
    public const string Functions = "'show_topology', 'get_blue_green_fast_switchover_metadata'";

    /// <summary>Whether the server has one of the functions, as an SQL expression.</summary>
    /// <remarks>Anybody may create a function of this name: only one of a superuser (on RDS: rdsadmin) is called.</remarks>
    public const string Exists =
        $"""
        EXISTS (SELECT FROM pg_proc AS p JOIN pg_namespace AS ns ON ns.oid = p.pronamespace JOIN pg_roles AS o ON o.oid = p.proowner
                 WHERE p.proname IN ({Functions})
                   AND ns.nspname IN ('rds_tools', 'pg_catalog') AND o.rolsuper)
        """;

    // The columns role and status exist only where the server knows about blue/green deployments.
    private const string Ask =
        """
        DO $$
        DECLARE
          call text;
          answer text;
        BEGIN
          SELECT format('%I.%I', ns.nspname, p.proname) INTO call
            FROM pg_proc AS p JOIN pg_namespace AS ns ON ns.oid = p.pronamespace JOIN pg_roles AS o ON o.oid = p.proowner
           WHERE p.proname IN ('show_topology', 'get_blue_green_fast_switchover_metadata')
             AND ns.nspname IN ('rds_tools', 'pg_catalog') AND o.rolsuper
           ORDER BY p.proname LIMIT 1;
          BEGIN
            EXECUTE 'SELECT left(string_agg(DISTINCT t.role || '' '' || t.status, '', ''), 500) FROM ' || call
              || '(''migrator'') AS t WHERE t.role LIKE ''BLUE_GREEN%''' INTO answer;
          EXCEPTION
            WHEN OTHERS THEN NULL;
          END;
          PERFORM set_config('migrator.blue_green', coalesce(answer, ''), true);
        END
        $$
        """;

    /// <summary>Returns the parts of the deployment and their status; empty if there is none.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="facts">The database: without one of the functions, the server is not asked.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    public static async Task<string> ReadAsync(IDatabaseSession session, DatabaseFacts facts, CancellationToken cancellationToken) =>
        !facts.MayBeBlueGreen ? "" : await session.QueryRowAsync(
            facts.Schema, [Ask, "SELECT current_setting('migrator.blue_green')"], row => row.GetString(0), cancellationToken);

    /// <summary>What it means for a migration.</summary>
    public const string Meaning =
        "where it replicates logically, the green environment does not get changes of the schema, and its replication stops";

    /// <summary>What to do about it.</summary>
    public const string Remedy =
        "Migrate before the deployment is made, or after the switchover on what is the primary then; or delete the deployment first: "
            + "aws rds describe-blue-green-deployments";
}
