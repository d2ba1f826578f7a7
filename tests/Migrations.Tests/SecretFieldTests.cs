using System.Text.Json;
using Migrations.Dsl;

namespace Migrations.Tests;

/// <summary>The secret fields of plugins, compared with the schemas of a real gateway.</summary>
public sealed class SecretFieldTests
{
    private static readonly JsonElement Plugins = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "plugin_schemas.json"))).RootElement.GetProperty("plugins");

    [TestCaseSource(nameof(Names))]
    public void Every_field_that_Kong_calls_referenceable_or_encrypted_is_secret(string plugin)
    {
        var secret = new List<string>();
        var replaced = new List<(string Name, string By)>();
        var config = Plugins.GetProperty(plugin).GetProperty("fields").EnumerateArray()
            .Single(f => f.TryGetProperty("config", out _)).GetProperty("config");
        Collect(config, "", secret, replaced);
        var older = replaced.Where(r => secret.Contains(r.By)).Select(r => r.Name);
        Assert.That(secret.Concat(older).Where(path => !SecretFields.Has(plugin, path)), Is.Empty);
    }

    [TestCase("rate-limiting", "redis_password", ExpectedResult = true)]
    [TestCase("rate-limiting", "redis", ExpectedResult = true)]
    [TestCase("rate-limiting", "redis_host", ExpectedResult = false)]
    [TestCase("rate-limiting", "redis.password.x", ExpectedResult = true)]
    [TestCase("acme", "storage_config.redis.auth", ExpectedResult = true)]
    [TestCase("acme", "storage_config.redis.namespace", ExpectedResult = false)]
    [TestCase("acl", "allow", ExpectedResult = false)]
    [TestCase("unknown-plugin", "anything", ExpectedResult = true)]
    public bool A_path_is_secret_if_it_is_a_secret_field_or_lies_in_one_or_contains_one(string plugin, string path) =>
        SecretFields.Has(plugin, path);

    private static IEnumerable<string> Names() => Plugins.EnumerateObject().Select(p => p.Name);

    private static void Collect(JsonElement record, string path, List<string> secret, List<(string Name, string By)> replaced)
    {
        foreach (var list in (ReadOnlySpan<string>)["fields", "shorthand_fields"])
        {
            foreach (var field in record.TryGetProperty(list, out var fields) ? fields.EnumerateArray().SelectMany(f => f.EnumerateObject())
                : [])
            {
                var name = path + field.Name;
                if (field.Value.GetRawText() is var text && IsSecret(text) && !field.Value.TryGetProperty("fields", out _))
                {
                    secret.Add(name);
                }

                if (field.Value.TryGetProperty("deprecation", out var deprecation)
                    && deprecation.TryGetProperty("replaced_with", out var names))
                {
                    replaced.AddRange(names.EnumerateArray()
                        .Select(n => (name, path + string.Join('.', n.GetProperty("path").EnumerateArray().Select(p => p.GetString())))));
                }

                Collect(field.Value, $"{name}.", secret, replaced);
            }
        }
    }

    private static bool IsSecret(string schema) => schema.Contains("\"referenceable\":true", StringComparison.Ordinal)
        || schema.Contains("\"encrypted\":true", StringComparison.Ordinal);
}
