namespace Migrator.Advice.Values;

/// <summary>JSON that cannot be read.</summary>
/// <param name="reason">Why, as a sentence.</param>
/// <param name="inner">What the reader says, which may quote a secret.</param>
internal sealed class UnreadableJsonException(string reason, Exception inner) : Exception(reason, inner);
