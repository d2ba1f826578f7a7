using System.Text.RegularExpressions;

namespace Migrator.Iam.Aws;

/// <summary>The environment variables that AWS programs share (AWS SDKs and Tools Reference Guide).</summary>
/// <remarks>Blanks and line ends belong to a value, as in the AWS CLI: without them it would name another file or profile.</remarks>
/// <param name="variables">All variables of the process.</param>
internal sealed partial class AwsEnvironment(IReadOnlyDictionary<string, string> variables)
{
    /// <summary>The home directory; AWS's files are below <c>.aws</c> in it.</summary>
    public string Home => !variables.TryGetValue("HOME", out var home)
        ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify)
        : home.Length == 0 ? "/" : home;

    /// <summary>The value of a variable; null if it is unset or empty.</summary>
    public string? this[string name] => variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Whether a variable is set, also to nothing.</summary>
    public bool IsSet(string name) => variables.ContainsKey(name);

    /// <summary>The value of a variable that the AWS CLI does not treat as unset if it is empty; null if it is not set.</summary>
    /// <exception cref="MigratorException">It is set, and empty.</exception>
    public string? NotEmpty(string name) => !variables.TryGetValue(name, out var value) ? null : value.AsSpan().Trim().Length > 0 ? value
        : throw new MigratorException(
            $"{name} is set, and empty.", "The AWS CLI does not treat that as unset: it finds something else, or nothing.",
            $"Give it a value, or unset it: unset {name}")
        { ExitCode = ExitCode.Usage };

    /// <summary>The path in a variable; null if it is not set.</summary>
    /// <exception cref="MigratorException">It is set, and empty, or in the home directory of another user.</exception>
    public string? PathIn(string name) => NotEmpty(name) is { } path ? Expand(path, name) : null;

    /// <summary>Whether a variable is "true", in any case.</summary>
    public bool IsTrue(string name) => string.Equals(this[name], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A path with the values of <c>$NAME</c> and of <c>~</c>, which no shell has seen, as the AWS CLI has them.</summary>
    /// <param name="path">The path.</param>
    /// <param name="source">The setting that has it, for messages.</param>
    /// <exception cref="MigratorException">It is in the home directory of another user.</exception>
    public string Expand(string path, string source)
    {
        var known = VariableName().Replace(path, m => variables.GetValueOrDefault(m.Groups["name"].Value, m.Value));
        return !known.StartsWith('~') ? known : known.Length == 1 || known[1] == '/' ? Home + known[1..]
            : throw new MigratorException(
                $"{source} is '{known}', and migrator does not know the home directories of other users.",
                "Write the path from / on, or from ~/ on.")
            { ExitCode = ExitCode.Usage };
    }

    [GeneratedRegex(@"\$(?:\{(?<name>[^}]*)\}|(?<name>[A-Za-z0-9_]+))", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex VariableName();
}
