namespace Migrator.Errors;

/// <summary>Finds an exception in a chain of inner exceptions.</summary>
internal static class ExceptionChain
{
    /// <summary>Returns the first exception of a type, from the outermost inwards; null if there is none.</summary>
    public static T? Find<T>(this Exception? exception)
        where T : Exception =>
        exception is null or T ? (T?)exception : Find<T>(exception.InnerException);
}
