namespace Migrator.Errors;

/// <summary>Looks for an exception among those that led to another.</summary>
internal static class ExceptionChain
{
    /// <summary>The first exception of a type, from the outermost inwards; null where there is none.</summary>
    public static T? Find<T>(this Exception? exception)
        where T : Exception =>
        exception is null or T ? (T?)exception : Find<T>(exception.InnerException);
}
