using Migrator.Configuration.Bytes;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Settings;
using Migrator.Configuration.Vaults;
using Migrator.Native;

namespace Migrator.Configuration.Effective;

/// <summary>Converts the text of a setting to its value: resolves vault references, then converts to the type.</summary>
/// <param name="vaults">Resolves vault references.</param>
/// <param name="diagnostics">Receives the errors and warnings.</param>
internal sealed class SettingReader(VaultResolver vaults, DiagnosticList diagnostics)
{
    private const int MaxItems = 10_000;

    /// <summary>Reads the effective setting.</summary>
    public EffectiveSetting Read(RawSetting given)
    {
        if (given.Definition.Type == SettingType.List)
        {
            return ReadList(given);
        }

        var text = Resolve(given, given.Text ?? "", out var reference) ?? "";
        var source = given.Source with { Reference = reference };
        if (given.Definition.IsPassword && JsonSecret.IsObject(text))
        {
            diagnostics.Warn(source.Line, DiagnosticCode.JsonPassword,
                $"{SettingText.Name(given.Definition, source)} is a whole JSON secret, and all of it is taken as the password. Give only "
                    + "its password: where a variable SECRET has the JSON, write "
                    + $"`{given.Definition.Name} = {{vault://env/secret/password}}`.");
        }

        return new(given.Definition, ValueOf(given.Definition, text, source), source) { IsSet = source.IsGiven && text.Length > 0 };
    }

    /// <summary>Splits a list into its items. Kong: an empty value is an empty list; an empty item is kept.</summary>
    public static IReadOnlyList<string> Split(string? text) =>
        string.IsNullOrEmpty(text) || IsTooLong(text) ? [] : [.. text.Split(',').Select(Ascii.Trim)];

    private static bool IsTooLong(string? text) => text.AsSpan().Count(',') > MaxItems;

    // Kong: from 3.9 on, each item may be a reference. Its secret is one item, even if it contains commas.
    private EffectiveSetting ReadList(RawSetting given)
    {
        if (IsTooLong(given.Text))
        {
            diagnostics.Refuse(given.Source.Line,
                $"{SettingText.Name(given.Definition, given.Source)} has more than {MaxItems} items: that is no list that is meant. "
                    + "Correct it.");
        }

        var references = new List<string>();
        var items = new List<string>();
        foreach (var item in Split(given.Text))
        {
            items.AddRange(Resolve(given, item, out var reference) is { } resolved ? [resolved] : []);
            references.AddRange(reference is null ? [] : [reference]);
        }

        var source = given.Source with { Reference = references.Count == 0 ? null : string.Join(", ", references) };
        return new(given.Definition, new ListValue(items), source) { IsSet = source.IsGiven && items.Count > 0 };
    }

    // Returns null for a reference that is refused.
    private string? Resolve(RawSetting given, string text, out string? reference)
    {
        reference = VaultReference.Is(text) ? text : null;
        if (reference is null)
        {
            return text;
        }

        var secret = vaults.Resolve(text, out var diagnostic);
        if (secret is null && given.Definition.ConcernsDatabase)
        {
            diagnostics.Refuse(given.Source.Line,
                $"{SettingText.Name(given.Definition, given.Source)}: the reference {SettingText.Plain(text)} cannot be resolved: "
                    + $"{diagnostic!.Reason}. {Remedy(given.Definition, diagnostic)}");
            return null;
        }

        return secret is null ? text : Ascii.Trim(secret);
    }

    private static string Remedy(SettingDefinition definition, VaultDiagnostic diagnostic) => diagnostic.IsElsewhere
        ? $"Give migrator the value in {definition.Variable}, or the path of a file with it in "
            + $"{VariableFiles.NameOf(definition.Variable)}: External Secrets, the Secrets Store CSI driver and agents of vaults "
            + "write such files."
        : "Set the variable, or write the value itself.";

    private SettingValue? ValueOf(SettingDefinition definition, string text, SettingSource source) => definition.Type switch
    {
        SettingType.Number => NumberOf(definition, text, source),
        SettingType.Switch => SwitchOf(definition, text, source),
        _ => text.Length == 0 ? null : new TextValue(text),
    };

    private NumberValue? NumberOf(SettingDefinition definition, string text, SettingSource source)
    {
        if (LuaNumber.TryParse(text, out var number))
        {
            return new(number);
        }

        if (text.Length > 0 && definition.ConcernsDatabase)
        {
            var effect = DriverDefaults.Effect(definition) is { } found ? $", and {found}" : "";
            diagnostics.Warn(source.Line, DiagnosticCode.NotANumber,
                $"{SettingText.Name(definition, source)} is not a number and is read as unset{effect}. {NumberRemedy(text)}");
        }

        return null;
    }

    private static string NumberRemedy(string text) => text.StartsWith("tcp://", StringComparison.Ordinal)
        ? "Kubernetes sets such a variable for a Service of that name: write `enableServiceLinks: false` in the pod's specification."
        : "Write digits only.";

    // Kong: any value except on and true is false, and never an error.
    private SwitchValue SwitchOf(SettingDefinition definition, string text, SettingSource source)
    {
        var isWord = text is "on" or "off" or "true" or "false" or "";
        if (!isWord && definition.IsStrict)
        {
            diagnostics.Refuse(source.Line,
                $"{SettingText.Name(definition, source)} is neither on nor off: {SettingText.Value(definition, source, text)}. Write "
                    + $"`{definition.Name} = on` or `off`.");
        }
        else if (!isWord && definition.ConcernsDatabase)
        {
            diagnostics.Warn(source.Line, DiagnosticCode.NotASwitch,
                $"{SettingText.Name(definition, source)} is {SettingText.Value(definition, source, text)} and is read as off: only on "
                    + "and true, in lower case, mean on. Write on or off.");
        }

        return new(text is "on" or "true");
    }
}

/// <summary>
/// The values of settings that are unset although they have a default. Kong: those of its database driver, as observed on the wire.
/// </summary>
internal static class DriverDefaults
{
    /// <summary>The host.</summary>
    public const string Host = "127.0.0.1";

    /// <summary>The port.</summary>
    public const int Port = 5432;

    /// <summary>The user, which is not the default of <c>pg_user</c>.</summary>
    public const string User = "postgres";

    /// <summary>The time limit for connecting.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>Returns the effect of an empty value; null if it is that of the default.</summary>
    public static string? Effect(SettingDefinition definition) => definition switch
    {
        { Name: "pg_host" } => $"{Host} is used",
        { Name: "pg_port" } => $"{Port} is used",
        { Name: "pg_user" } => $"the user is {User}",
        { Name: "pg_database" } => "there is no database to connect to",
        { Name: "pg_timeout" } => $"connecting may take {Timeout.TotalSeconds} seconds",
        { Name: "lua_ssl_trusted_certificate" } => "no certificate is trusted",
        { Name: "vaults" } => "no vault is read",
        { Default: null } or { Type: SettingType.Switch, Default: "off" } or { Type: SettingType.Choice } => null,
        _ => "it is unset",
    };
}
