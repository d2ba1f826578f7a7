using System.Text.RegularExpressions;

namespace Migrator.Iam.Aws;

/// <summary>The environment variables that AWS programs share (AWS SDKs and Tools Reference Guide). An empty one counts as unset.</summary>
/// <param name="variables">All variables of the process.</param>
internal sealed partial class AwsEnvironment(IReadOnlyDictionary<string, string> variables)
{
    /// <summary>The home directory; AWS's files are below <c>.aws</c> in it.</summary>
    public string Home => this["HOME"] ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>The value of a variable; null if it is unset or empty.</summary>
    public string? this[string name] => variables.TryGetValue(name, out var value) && value.Trim() is { Length: > 0 } text ? text : null;

    /// <summary>Whether a variable is set, but empty.</summary>
    public bool IsEmpty(string name) => variables.TryGetValue(name, out var value) && value.Trim().Length == 0;

    /// <summary>Whether a variable is "true", in any case.</summary>
    public bool IsTrue(string name) => string.Equals(this[name], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A path with the values of <c>$NAME</c> and of <c>~</c>, which no shell has seen, as the AWS CLI has them.</summary>
    public string Expand(string path)
    {
        var known = VariableName().Replace(path, m => variables.GetValueOrDefault(m.Groups["name"].Value, m.Value));
        return known == "~" || known.StartsWith("~/", StringComparison.Ordinal) ? Home + known[1..] : known;
    }

    [GeneratedRegex(@"\$(?:\{(?<name>[^}]*)\}|(?<name>\w+))", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex VariableName();
}
