using System.Text;
using Migrator.Configuration;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Files;
using Migrator.Configuration.Settings;

namespace Migrator.Tests.Configuration;

/// <summary>A folder of one test's own, with a kong.conf in it, read without the machine's environment.</summary>
internal sealed class Conf : IDisposable
{
    public Conf(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    public Conf(byte[]? bytes)
    {
        if (bytes is not null)
        {
            File.WriteAllBytes(Path, bytes);
        }
    }

    /// <summary>The folder; relative paths in the file start here.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("conf").FullName;

    /// <summary>The file.</summary>
    public string Path => System.IO.Path.Combine(Folder, "kong.conf");

    /// <summary>What reads it.</summary>
    public ConfigurationRequest Request(params (string Name, string Value)[] environment) =>
        new(Path, environment.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal), Folder);

    /// <summary>Writes a file beside it.</summary>
    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Reads a text, as <c>config</c> does.</summary>
    public static GatewayConfiguration Inspect(string text, params (string Name, string Value)[] environment)
    {
        using var conf = new Conf(text);
        return GatewayConfiguration.Inspect(conf.Request(environment));
    }

    /// <summary>Reads a text, as a command does that connects.</summary>
    public static GatewayConfiguration Load(string text, params (string Name, string Value)[] environment)
    {
        using var conf = new Conf(text);
        return GatewayConfiguration.Load(conf.Request(environment));
    }

    /// <summary>The settings of a text.</summary>
    public static EffectiveSettings Settings(string text, params (string Name, string Value)[] environment) =>
        Inspect(text, environment).Settings;

    /// <summary>Line and code of each warning about a text.</summary>
    public static IReadOnlyList<(int? Line, string? Code)> Warnings(string text, params (string Name, string Value)[] environment) =>
        [.. Inspect(text, environment).Warnings.Select(w => (w.Line, w.Code))];

    /// <summary>The errors for which a text is refused by a command that connects.</summary>
    public static IReadOnlyList<ConfigurationDiagnostic> Errors(string text, params (string Name, string Value)[] environment) =>
        Assert.Throws<ConfigurationException>(() => Load(text, environment))!.Errors;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
