namespace Migrator.Configuration.Diagnostics;

/// <summary>
/// The errors and warnings found while reading. With <c>--strict</c>, a warning is an error. The number of warnings of each kind, and of
/// errors, is limited: ten megabytes of junk must not produce megabytes of messages.
/// </summary>
/// <param name="file">The file that is read.</param>
/// <param name="strict">Whether a warning is an error.</param>
internal sealed class DiagnosticList(string file, bool strict)
{
    private const int MaxPerKind = 50;

    private readonly List<ConfigurationDiagnostic> warnings = [];
    private readonly List<ConfigurationDiagnostic> errors = [];
    private readonly Dictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>The file that is read.</summary>
    public string File => file;

    /// <summary>The warnings, in the order of the file; those about the environment are last.</summary>
    /// <remarks>Usually there are none; the first sorting of a process takes a millisecond.</remarks>
    public IReadOnlyList<ConfigurationDiagnostic> Warnings =>
        counts.Count == 0 ? [] : [.. InOrder(warnings, warning => warning.Line), .. Omitted()];

    /// <summary>The errors, in the order of the file; those about the environment are last.</summary>
    public IReadOnlyList<ConfigurationDiagnostic> Errors => [.. InOrder(errors, error => error.Line)];

    /// <summary>
    /// Whether the limit for a kind of warning is reached. If so, the warning is counted, and its message need not be created.
    /// </summary>
    public bool Omits(string code)
    {
        var count = counts.GetValueOrDefault(code);
        counts[code] = count < MaxPerKind ? count : count + 1;
        return count >= MaxPerKind;
    }

    /// <summary>Adds a warning.</summary>
    public void Warn(int? line, string code, string message)
    {
        if (Omits(code))
        {
            return;
        }

        counts[code] = counts.GetValueOrDefault(code) + 1;
        if (strict && code != DiagnosticCode.CannotConnect)
        {
            errors.Add(new(file, line, Code: null, $"{message} (a warning, refused because of --strict)"));
        }
        else
        {
            warnings.Add(new(file, line, code, message));
        }
    }

    /// <summary>Adds a warning, unless an identical one was added before.</summary>
    public void WarnOnce(int? line, string code, string message)
    {
        if (!warnings.Any(warning => warning.Line == line && warning.Code == code && warning.Message == message))
        {
            Warn(line, code, message);
        }
    }

    /// <summary>Adds an error.</summary>
    public void Refuse(int? line, string message)
    {
        if (errors.Count < 2 * MaxPerKind)
        {
            errors.Add(new(file, line, Code: null, message));
        }
    }

    /// <summary>Throws an exception with all errors, if there are any.</summary>
    public void ThrowIfRefused()
    {
        if (errors.Count > 0)
        {
            throw new ConfigurationException(file, Errors);
        }
    }

    private IEnumerable<ConfigurationDiagnostic> Omitted() => counts
        .Where(count => !strict && count.Value > MaxPerKind)
        .Select(count => new ConfigurationDiagnostic(
            file, null, count.Key, string.Create(CultureInfo.InvariantCulture, $"{file}: {count.Value - MaxPerKind} more warnings of " +
                $"the kind {count.Key} are not shown.")));

    private static IEnumerable<T> InOrder<T>(IEnumerable<T> diagnostics, Func<T, int?> line) =>
        diagnostics.OrderBy(diagnostic => line(diagnostic) ?? int.MaxValue);
}
