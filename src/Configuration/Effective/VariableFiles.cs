using Migrator.Configuration.Bytes;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Files;
using Migrator.Configuration.Settings;
using Migrator.Files;

namespace Migrator.Configuration.Effective;

/// <summary>
/// Replaces variables that name a file by variables with its content: <c>KONG_PG_PASSWORD_FILE</c> becomes <c>KONG_PG_PASSWORD</c>. The
/// entrypoint of Kong's official image does the same for every setting of kong.conf; the gateway itself knows no such variables.
/// </summary>
internal static class VariableFiles
{
    private const string Suffix = "_FILE";

    // As much as a variable can hold (Linux: MAX_ARG_STRLEN).
    private static readonly ReadLimits Limits = new(128 << 10, TimeSpan.FromSeconds(5));

    /// <summary>Returns the request with the variables that its files give. A file that cannot be used is an error.</summary>
    /// <param name="request">The environment and the working directory.</param>
    /// <param name="diagnostics">Receives the errors.</param>
    /// <param name="files">The names of the variables whose values are from files.</param>
    public static ConfigurationRequest Expand(
        ConfigurationRequest request, DiagnosticList diagnostics, out IReadOnlySet<string> files)
    {
        var found = SettingCatalogue.All.Where(definition => IsGiven(request, definition.Variable + Suffix)).ToList();
        files = found.Select(definition => definition.Variable).ToHashSet(StringComparer.Ordinal);
        if (found.Count == 0)
        {
            return request;
        }

        var environment = new Dictionary<string, string>(request.Environment, StringComparer.Ordinal);
        foreach (var name in files)
        {
            if (Read(request, name, diagnostics) is { } content)
            {
                environment[name] = content;
            }
        }

        return request with { Environment = environment };
    }

    /// <summary>Whether a variable names a file with the value of a setting.</summary>
    public static bool Is(string variable) =>
        KeyOf(variable) is { } key && SettingCatalogue.IsKnown(key);

    /// <summary>Returns the variable that names a file with the value of a variable.</summary>
    public static string NameOf(string variable) => variable + Suffix;

    /// <summary>Returns the key of a variable <c>KONG_KEY_FILE</c>; null for any other variable.</summary>
    public static string? KeyOf(string variable) =>
        variable.StartsWith("KONG_", StringComparison.Ordinal) && variable.EndsWith(Suffix, StringComparison.Ordinal)
            && variable.Length > "KONG_".Length + Suffix.Length
            ? variable["KONG_".Length..^Suffix.Length].ToLowerInvariant()
            : null;

    // Kong's image: an empty variable counts as unset.
    private static bool IsGiven(ConfigurationRequest request, string variable) =>
        request.Environment.TryGetValue(variable, out var value) && value.Length > 0;

    private static string? Read(ConfigurationRequest request, string variable, DiagnosticList diagnostics)
    {
        var (file, named) = (request.Environment[variable + Suffix], variable + Suffix);
        if (IsGiven(request, variable))
        {
            diagnostics.Refuse(null,
                $"both {variable} and {named} are set, and Kong's image does not start with both. Unset one of the two.");
            return null;
        }

        // Somebody may have written the password here instead of a path.
        var shown = file is ['/' or '.', ..] ? $"{SettingText.Plain(file)}," : "***, which is no path from / on,";
        byte[] content;
        try
        {
            var path = file.Contains('\0', StringComparison.Ordinal) ? "" : Path.GetFullPath(file, request.WorkingDirectory);
            content = BoundedFile.ReadBytes(path, Limits, reason => new MigratorException(
                $"the environment variable {named} names {shown} which cannot be read: {reason}. Name a file with the value that the "
                    + $"user of migrator can read, or set {variable} itself.", remedy: ""));
        }
        catch (Errors.MigratorException exception)
        {
            diagnostics.Refuse(null, exception.Message);
            return null;
        }

        // Kong's image: what a shell's $(< file) gives, without the line ends at the end.
        var text = ByteText.Decode(content).TrimEnd('\n');
        var diagnostic = text.Length == 0 ? "is empty" : text.Contains('\0', StringComparison.Ordinal) ? "contains a zero byte" : null;
        if (diagnostic is null)
        {
            return text;
        }

        diagnostics.Refuse(null, $"the environment variable {named} names {shown} which {diagnostic}. Write the value into the file.");
        return null;
    }
}
