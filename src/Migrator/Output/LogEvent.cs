using System.Text.Json;

namespace Migrator.Output;

/// <summary>
/// What a message reports. A log in JSON has its name, in snake case, as <c>event</c>. The names are stable: docs/logs.md lists them with
/// their fields, and a test compares the list.
/// </summary>
internal enum LogEvent
{
    /// <summary>A message that no program needs to recognise.</summary>
    Message,

    /// <summary>A warning about the configuration.</summary>
    ConfigurationWarning,

    /// <summary>The configuration names plugins that are not bundled.</summary>
    PluginsNotBundled,

    /// <summary>A message about the login, the token or the encryption of a connection.</summary>
    Connection,

    /// <summary>The database does not accept connections yet.</summary>
    WaitingForDatabase,

    /// <summary>The server is a standby.</summary>
    WaitingForPrimary,

    /// <summary>The run that migrates the database is not done.</summary>
    WaitingForMigrations,

    /// <summary>Gateways of the previous version are still there.</summary>
    WaitingForNodes,

    /// <summary>No gateway of the previous version was seen for as long as was asked for.</summary>
    Drained,

    /// <summary>The sessions of gateways are looked for.</summary>
    WatchingNodes,

    /// <summary>A COMMIT waits for a synchronous standby, or was not confirmed by one.</summary>
    WaitingForStandby,

    /// <summary>Another runner holds the migration lock.</summary>
    WaitingForLock,

    /// <summary>The lock of a dead migrator is replaced.</summary>
    LockTakenOver,

    /// <summary>The connection was lost, and is opened again.</summary>
    Reconnecting,

    /// <summary>The connection broke at COMMIT, and the outcome is known now.</summary>
    CommitResolved,

    /// <summary>The server is part of a blue/green deployment.</summary>
    BlueGreenDeployment,

    /// <summary>The next gateway will not start with the rows, or it was not examined whether it will.</summary>
    Advice,

    /// <summary>Rows are being examined.</summary>
    Examining,

    /// <summary>The times of a plan's steps could not be predicted.</summary>
    NoPrediction,

    /// <summary>The steps of a run begin.</summary>
    RunBegan,

    /// <summary>A step has been running for some seconds.</summary>
    StepRunning,

    /// <summary>A step did not get its table locks, and is tried again.</summary>
    StepBlocked,

    /// <summary>A step is done and committed.</summary>
    StepDone,

    /// <summary>A run failed after some steps were committed.</summary>
    RunStopped,

    /// <summary>The rows that were changed have been written to a file, as they were.</summary>
    RowsSaved,

    /// <summary>The objects that are not Kong's and are dropped too.</summary>
    ForeignObjectsDropped,

    /// <summary>Kong's objects were dropped.</summary>
    SchemaDropped,

    /// <summary>The database is newer than the target version.</summary>
    NewerThanTarget,

    /// <summary>A notice or a warning of the server.</summary>
    ServerNotice,

    /// <summary>A question to the user.</summary>
    Question,

    /// <summary>The error that ended the command.</summary>
    Error,

    /// <summary>A stack trace.</summary>
    Trace,
}

/// <summary>The names of events.</summary>
internal static class LogEvents
{
    /// <summary>The name of an event in a log, e.g. <c>step_done</c>.</summary>
    public static string Name(this LogEvent kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}
