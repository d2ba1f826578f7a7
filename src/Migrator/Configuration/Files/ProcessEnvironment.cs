using System.Collections;
using Migrator.Configuration.Bytes;

namespace Migrator.Configuration.Files;

/// <summary>
/// The environment variables of this process, bytes and all. .NET replaces bytes that are no UTF-8, so a password with one would be another
/// password; the kernel keeps them as they were.
/// </summary>
internal static class ProcessEnvironment
{
    private const string Kernel = "/proc/self/environ";

    /// <summary>The variables; of two with one name the first counts, as for <c>getenv</c>.</summary>
    public static IReadOnlyDictionary<string, string> Read()
    {
        try
        {
#pragma warning disable RS0030 // The kernel's own file, which ends.
            return Parse(File.ReadAllBytes(Kernel));
#pragma warning restore RS0030
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
                .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);
        }
    }

    /// <summary>The variables in the kernel's form: <c>NAME=value</c>, with a zero behind each.</summary>
    public static IReadOnlyDictionary<string, string> Parse(ReadOnlySpan<byte> environment)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var range in environment.Split((byte)0))
        {
            var variable = environment[range];
            var separator = variable.IndexOf((byte)'=');
            if (separator > 0)
            {
                variables.TryAdd(ByteText.Decode(variable[..separator]), ByteText.Decode(variable[(separator + 1)..]));
            }
        }

        return variables;
    }
}
