namespace Migrator.Execution;

/// <summary>What a run is for.</summary>
internal enum RunKind
{
    /// <summary>Make everything, or complete what a killed bootstrap left.</summary>
    Bootstrap,

    /// <summary>The up phase of what is new.</summary>
    Up,

    /// <summary>The finish phase of what is pending.</summary>
    Finish,

    /// <summary>Bootstrap or up, whichever the database needs.</summary>
    Migrate,

    /// <summary>The same, and the finish phase of everything that is pending, before and after.</summary>
    MigrateAndFinish,
}
