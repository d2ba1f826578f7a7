namespace Migrator.Ledger;

/// <summary>Where a migration stands, in Kong's words.</summary>
internal enum MigrationState
{
    /// <summary>Done.</summary>
    Executed,

    /// <summary>Its up phase is done, its finish phase is to come.</summary>
    Pending,

    /// <summary>Not begun, and it comes after the last one that was executed.</summary>
    New,

    /// <summary>Not begun, although a later one of its subsystem has been executed.</summary>
    Missing,
}
