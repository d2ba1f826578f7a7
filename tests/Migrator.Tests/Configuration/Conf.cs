using System.Text;
using Migrator.Configuration;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Files;
using Migrator.Configuration.Settings;
using Migrator.Output;

namespace Migrator.Tests.Configuration;

/// <summary>A folder of the test's own with a kong.conf, read without the environment of the machine.</summary>
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

    /// <summary>The folder. Relative paths in the file are relative to it.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("conf").FullName;

    /// <summary>The file.</summary>
    public string Path => System.IO.Path.Combine(Folder, "kong.conf");

    /// <summary>The request to read the file.</summary>
    public ConfigurationRequest Request(params (string Name, string Value)[] environment) =>
        new(Path, environment.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal), Folder);

    /// <summary>Writes another file into the folder.</summary>
    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Reads a configuration as the command <c>config</c> does.</summary>
    public static GatewayConfiguration Inspect(string text, params (string Name, string Value)[] environment)
    {
        using var conf = new Conf(text);
        return GatewayConfiguration.Inspect(conf.Request(environment));
    }

    /// <summary>The answer of <c>config --json</c>.</summary>
    public static string Json(GatewayConfiguration configuration)
    {
        using var text = new StringWriter();
        SettingsJson.Of(configuration, reveal: false).WriteTo(text, isOneLine: false);
        return text.ToString();
    }

    /// <summary>Reads a configuration as a command that connects does.</summary>
    public static GatewayConfiguration Load(string text, params (string Name, string Value)[] environment)
    {
        using var conf = new Conf(text);
        return GatewayConfiguration.Load(conf.Request(environment));
    }

    /// <summary>The effective settings of a configuration.</summary>
    public static EffectiveSettings Settings(string text, params (string Name, string Value)[] environment) =>
        Inspect(text, environment).Settings;

    /// <summary>The line and code of each warning about a configuration.</summary>
    public static IReadOnlyList<(int? Line, string? Code)> Warnings(string text, params (string Name, string Value)[] environment) =>
        [.. Inspect(text, environment).Warnings.Select(w => (w.Line, w.Code))];

    /// <summary>The errors for which a command that connects refuses a configuration.</summary>
    public static IReadOnlyList<ConfigurationDiagnostic> Errors(string text, params (string Name, string Value)[] environment) =>
        Assert.Throws<ConfigurationException>(() => Load(text, environment))!.Errors;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
