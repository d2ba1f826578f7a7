namespace Migrator.Advice;

/// <summary>What a row that the next gateway refuses leads to.</summary>
internal enum Effect
{
    /// <summary>The gateway does not start, or cannot read the row.</summary>
    StopsGateway,

    /// <summary>The gateway runs, but refuses every change of the row until it is corrected.</summary>
    CannotEdit,

    /// <summary>The gateway runs, and does something else than before.</summary>
    Behaviour,
}
