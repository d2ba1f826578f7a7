namespace Migrator.Iam.Aws;

/// <summary>The environment variables that AWS programs share (AWS SDKs and Tools Reference Guide). An empty one counts as unset.</summary>
/// <param name="variables">All variables of the process.</param>
internal sealed class AwsEnvironment(IReadOnlyDictionary<string, string> variables)
{
    /// <summary>The value of a variable; null if it is unset or empty.</summary>
    public string? this[string name] => variables.TryGetValue(name, out var value) && value.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>Whether a variable is "true", in any case.</summary>
    public bool IsTrue(string name) => string.Equals(this[name], "true", StringComparison.OrdinalIgnoreCase);
}
