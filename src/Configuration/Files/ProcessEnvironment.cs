using System.Collections;
using Migrator.Configuration.Bytes;

namespace Migrator.Configuration.Files;

/// <summary>
/// Reads the environment variables of this process as bytes. Bytes that are not UTF-8 are replaced by .NET, which would change a password;
/// the kernel keeps them.
/// </summary>
internal static class ProcessEnvironment
{
    private const string Kernel = "/proc/self/environ";

    /// <summary>Returns the variables. Of two with the same name, the first counts, as for <c>getenv</c>.</summary>
    public static IReadOnlyDictionary<string, string> Read()
    {
        try
        {
#pragma warning disable RS0030 // A file of the kernel, which is not endless.
            return Parse(File.ReadAllBytes(Kernel));
#pragma warning restore RS0030
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
                .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);
        }
    }

    /// <summary>Parses the kernel's form of the variables: <c>NAME=value</c>, each followed by a zero byte.</summary>
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
