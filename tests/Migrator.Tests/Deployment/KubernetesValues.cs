using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using k8s;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Migrator.Tests.Deployment;

/// <summary>
/// Finds the values of manifests that kubectl refuses for their type: a number or a truth value where Kubernetes has a text, as in
/// <c>value: 5432</c>, and a text where it has a number. The client library takes both, in its strict mode too.
/// </summary>
internal static partial class KubernetesValues
{
    /// <summary>Lists the values, each with its line and field.</summary>
    /// <param name="text">One or more documents.</param>
    public static IReadOnlyList<string> Mistakes(string text)
    {
        var documents = new YamlStream();
        documents.Load(new StringReader(text));
        var objects = KubernetesYaml.LoadAllFromString(text, strict: true);
        return [.. documents.Documents.Select(d => d.RootNode).Where(n => n is YamlMappingNode).Zip(objects)
            .SelectMany(pair => Mistakes(pair.First, pair.Second.GetType(), ""))];
    }

    private static IEnumerable<string> Mistakes(YamlNode node, Type declared, string field)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        return (node, type.GetGenericArguments()) switch
        {
            (YamlScalarNode scalar, _) => Mistake(scalar, type) is { } mistake
                ? [string.Create(CultureInfo.InvariantCulture, $"line {scalar.Start.Line}: {field}: {mistake}: {scalar.Value}")]
                : [],
            (YamlSequenceNode list, [var item]) => list.SelectMany(element => Mistakes(element, item, field)),
            (YamlMappingNode map, [var key, var value]) => map.SelectMany(pair =>
                Mistakes(pair.Key, key, field).Concat(Mistakes(pair.Value, value, $"{field}.{pair.Key}"))),
            (YamlMappingNode map, _) => map.SelectMany(pair => Property(type, pair.Key.ToString()) is { } property
                ? Mistakes(pair.Value, property.PropertyType, $"{field}.{pair.Key}")
                : []),
            _ => [],
        };
    }

    private static PropertyInfo? Property(Type type, string name) =>
        type.GetProperties().FirstOrDefault(p => p.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name == name);

    private static string? Mistake(YamlScalarNode scalar, Type type)
    {
        var isText = scalar.Style is not ScalarStyle.Plain || !OtherThanText().IsMatch(scalar.Value!);
        var isOther = type == typeof(int) || type == typeof(long) || type == typeof(bool);
        return type == typeof(string) && !isText ? "needs quotes"
            : isOther && isText && scalar.Value is not ("" or "null" or "~") ? "is a text"
            : null;
    }

    // YAML 1.1 as kubectl reads it: truth values and numbers.
    [GeneratedRegex(
        "^([yY]|[yY]es|YES|[nN]|[nN]o|NO|[tT]rue|TRUE|[fF]alse|FALSE|[oO]n|ON|[oO]ff|OFF"
            + "|[-+]?(0x[0-9a-fA-F_]+|0b[01_]+|0o?[0-7_]+|[0-9][0-9_]*)"
            + @"|[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$",
        RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex OtherThanText();
}
