using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Migrator.Configuration.Bytes;
using Migrator.Configuration.Files;
using Migrator.Configuration.Settings;
using Migrator.Native;

namespace Migrator.Tests.Configuration;

/// <summary>A file, an environment, and the settings that Kong 3.9.3 was observed to read from them.</summary>
public sealed class GatewayCase
{
    private readonly JsonElement json;

    private GatewayCase(JsonElement json) => this.json = json;

    public static IEnumerable<GatewayCase> All
    {
        get
        {
            using var stream = File.OpenRead(TestData.Path("cases.json"));
            using var document = JsonDocument.Parse(stream);
            return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(c => new GatewayCase(c.Clone()))];
        }
    }

    public string Name => json.GetProperty("name").GetString()!;

    public string Result => json.GetProperty("result").GetString()!;

    public override string ToString() => Name;

    /// <summary>The bytes of the file; null if there is none.</summary>
    internal byte[]? Conf => json switch
    {
        _ when json.TryGetProperty("conf", out var text) => ByteText.Encode(Unescape(text)),
        _ when json.TryGetProperty("conf_base64", out var base64) => base64.GetBytesFromBase64(),
        _ => null,
    };

    /// <summary>The request to read the file.</summary>
    internal ConfigurationRequest Request(Conf conf) => new(
        json.TryGetProperty("conf_path", out var path) ? path.GetString() : Conf is null ? null : conf.Path, Environment, "/")
    { DefaultFiles = [] };

    /// <summary>Whether a value equals the gateway's; null means that it is unset.</summary>
    internal bool Agrees(string name, SettingValue? value) =>
        json.GetProperty("effective").TryGetProperty(name, out var expected) ? Agrees(expected, value) : value is null;

    // A line that starts with ! contains escapes.
    private Dictionary<string, string> Environment => !json.TryGetProperty("env", out var lines)
        ? []
        : Unescape(lines).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.StartsWith('!')
                ? line[1..].Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal) : line)
            .ToDictionary(line => line[..line.IndexOf('=', StringComparison.Ordinal)], line =>
                line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..], StringComparer.Ordinal);

    private static bool Agrees(JsonElement expected, SettingValue? value) => (expected.ValueKind, value) switch
    {
        (JsonValueKind.String, TextValue text) => Unescape(expected) == text.Text,
        (JsonValueKind.Number, NumberValue number) => expected.GetRawText() == LuaNumber.Format(number.Number),
        (JsonValueKind.True or JsonValueKind.False, SwitchValue isOn) => expected.GetBoolean() == isOn.IsOn,
        (JsonValueKind.Array, ListValue list) =>
            expected.EnumerateArray().Select(Unescape).SequenceEqual(list.Items, StringComparer.Ordinal),
        (JsonValueKind.Object, TextValue text) => Md5(ByteText.Encode(text.Text)) == expected.GetProperty("$md5").GetString(),
        _ => false,
    };

#pragma warning disable CA5351 // The cases name long values by their MD5.
    private static string Md5(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351

    // Bytes that are not valid text are lone surrogates in the cases, as Python writes them. System.Text.Json rejects those.
    private static string Unescape(JsonElement text)
    {
        var raw = text.GetRawText()[1..^1];
        var plain = new StringBuilder();
        for (var index = 0; index < raw.Length; index++)
        {
            if (raw[index] != '\\')
            {
                plain.Append(raw[index]);
                continue;
            }

            index++;
            plain.Append(raw[index] switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'b' => '\b',
                'f' => '\f',
                'u' => (char)int.Parse(raw.AsSpan(index + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                var other => other,
            });
            index += raw[index] == 'u' ? 4 : 0;
        }

        return plain.ToString();
    }
}
