namespace Migrator.Execution;

/// <summary>The kind of work that a command asks for.</summary>
internal enum RunKind
{
    /// <summary>Create all tables, or complete an incomplete bootstrap.</summary>
    Bootstrap,

    /// <summary>Run the up phase of every new migration.</summary>
    Up,

    /// <summary>Run the finish phase of every pending migration.</summary>
    Finish,

    /// <summary>Run bootstrap or up, whichever the database needs.</summary>
    Migrate,

    /// <summary>The same as <see cref="Migrate"/>, with the finish phases of all pending migrations before and after it.</summary>
    MigrateAndFinish,
}
