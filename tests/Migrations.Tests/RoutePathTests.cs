using System.Text.Json;
using System.Text.Json.Nodes;

namespace Migrations.Tests;

/// <summary>Tests of the rewrite of paths in core/016.</summary>
public sealed class RoutePathTests
{
    private static readonly (string Before, string After)[] Known =
    [
        ("/", "/"), ("", ""), ("/a/b", "/a/b"), ("/a/../b", "/b"), ("/a/b/..", "/a/"), ("/..", "/"), ("/../../a", "/a"),
            ("/a/./b/.", "/a/b/"),
        (".", ""), ("..", ""), ("./..", ""), (".//a", "/a"), ("..//..//a", "/a"), ("a/..", "/"), ("a/../..", "/"), ("a/b", "a/b"),
            ("/a//../b", "/b"),
        ("//", "/"), ("///a///", "/a/"), ("/a/..b", "/a/..b"), ("/a/..\n", "/a/..\n"), ("/a//\n", "/a/\n"), ("/a\n\n", "~/a\n\n"),
            ("/a\nb", "~/a\nb"),
        ("/%41%2f%2F", "/A%2F%2F"), ("/%", "/%"), ("/%4", "/%4"), ("/%zz", "/%zz"), ("/%2e%2E/x", "/x"), ("/a/%2e%2e%2fb", "/a/..%2Fb"),
        ("/%25%41", "/%25A"), ("/%C3%A9", "/é"), ("/%e2%82%ac", "/€"), ("/%F0%9F%98%80", "/😀"), ("/é", "~/é"), ("/é%20", "~/é "),
        ("/a b", "~/a b"), ("/\\d+%2e", "~/\\d+\\."), ("/(a)%5c%28", "~/(a)\\\\%28"), ("~/x", "~/x"), ("/x*%c3%a9%2D", "~/x*é\\-"),
            ("/%0a", "/\n"),
        ("/$$'\"\\", "~/$$'\"\\"),
    ];

    private static readonly (string Before, string After)[] Undecodable =
    [
        ("/%ff", "/%ff"), ("/(a)%FF", "~/(a)%FF"), ("/%00", "/%00"), ("/%41%00%42", "/A%00B"), ("/%c3/%a9", "/%c3/%a9"),
            ("/%c3%41", "/%c3A"),
        ("/%ed%a0%80", "/%ed%a0%80"), ("/%c0%af", "/%c0%af"), ("/%f4%90%80%80", "/%f4%90%80%80"), ("/%c3%a9%ff//x", "/é%ff/x"),
    ];

    [Test]
    public void Paths_become_what_the_router_of_3_0_expects()
    {
        using var gateway = Gateway.Of("2.8");

        Assert.That(Migrate(gateway, Known.Select(k => k.Before)), Is.EqualTo(Known.Select(k => k.After)));
        Assert.That(gateway.Warnings, Is.Empty);
    }

    [Test]
    public void Triplets_that_are_not_text_stay_encoded_and_are_named_in_a_warning()
    {
        using var gateway = Gateway.Of("2.8");

        Assert.That(Migrate(gateway, Undecodable.Select(k => k.Before)), Is.EqualTo(Undecodable.Select(k => k.After)));
        Assert.That(gateway.Warnings, Has.Count.EqualTo(Undecodable.Length));
    }

    [Test]
    public void The_reference_implementation_gives_the_same_paths()
    {
        string[] pieces = ["/", "/", "/", ".", "..", "x", "Y-", "~", "%", "%2e", "%2F", "%41", "%c3%a9", "%e2%82%AC", "%5E", "%7b", "%0a",
            "\n", "(", "\\", "é", "g"];
        var random = new Random(280300);
        var paths = Enumerable.Range(0, 4000)
            .Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)]))).ToList();
        using var gateway = Gateway.Of("2.8");

        Assert.That(Migrate(gateway, paths), Is.EqualTo(paths.Select(ReferencePaths.Migrate)));
    }

    [Test]
    public void Routes_with_nested_lists_or_NULL_paths_are_kept()
    {
        using var gateway = Gateway.Of("2.8");
        gateway.Database.Execute(
            """
            INSERT INTO routes (id, name, paths) VALUES
              ('00000000-0000-4000-8000-00000000000a', 'nested', '{{/a//b},{/c}}'),
              ('00000000-0000-4000-8000-00000000000b', NULL, NULL),
              ('00000000-0000-4000-8000-00000000000c', NULL, '{}'),
              ('00000000-0000-4000-8000-00000000000d', NULL, '{NULL}');
            """);

        gateway.Up("3.0");

        Assert.That(gateway.Database.Query("SELECT paths::text FROM routes ORDER BY id"),
            Is.EqualTo(new[] { "{{/a//b},{/c}}", null, "{}", "{NULL}" }));
        Assert.That(gateway.Warnings.ConvertAll(w => w.MessageText), Is.EqualTo(new[]
        {
            "routes 00000000-0000-4000-8000-00000000000a (nested): paths is a list of lists; paths was left as it is: {{/a//b},{/c}}",
            "routes 00000000-0000-4000-8000-00000000000d: a path is NULL; paths was left as it is: {NULL}",
        }));
    }

    [Test]
    public void Paths_that_a_killed_Kong_has_rewritten_already_are_not_rewritten_again([Range(0, 6)] int rewritten)
    {
        (string Before, string After)[] paths =
        [
            ("/a%20b", "/a b"), ("/status/\\d{3}", "~/status/\\d{3}"), ("/users/%7bid%7D", "/users/{id}"), ("/x%2f%41", "/x%2FA"),
                ("/a|b%2e", "~/a|b\\."),
            ("/caf%C3%A9", "/café"),
        ];
        using var gateway = Gateway.Of("2.8");
        Insert(gateway, paths.Select(p => p.Before));

        // Kong commits the schema changes of core/016, then each row separately, then the ledger entry.
        gateway.Database.Execute("ALTER TABLE routes ADD expression text, ADD priority bigint");
        for (var row = 0; row < rewritten; row++)
        {
            gateway.Database.Execute($"UPDATE routes SET paths = ARRAY[{RowSeed.Literal(paths[row].After)}] WHERE name = '{row + 1}'");
        }

        gateway.Up("3.0");

        Assert.That(Paths(gateway), Is.EqualTo(paths.Select(p => p.After)));
    }

    [Test]
    public void Paths_that_must_be_of_2_8_are_rewritten_even_after_a_killed_Kong()
    {
        using var gateway = Gateway.Of("2.8");
        gateway.Database.Execute("ALTER TABLE routes ADD expression text, ADD priority bigint");
        Insert(gateway, ["/x//y", "/(a|b)", "/%41|b", "/a%20b", "/a|b"]);

        gateway.Up("3.0");

        Assert.That(Paths(gateway), Is.EqualTo(new[] { "/x/y", "~/(a|b)", "~/A|b", "/a b", "/a|b" }));
        Assert.That(gateway.Warnings.ConvertAll(w => w.MessageText),
            Has.Count.EqualTo(1).And.One.Contains("(5): paths may have been rewritten"));
    }

    private static string[] Migrate(Gateway gateway, IEnumerable<string> paths)
    {
        Insert(gateway, paths);
        gateway.Up("3.0");
        return Paths(gateway);
    }

    private static void Insert(Gateway gateway, IEnumerable<string> paths)
    {
        var json = RowSeed.Literal(new JsonArray([.. paths.Select(path => JsonValue.Create(path))]).ToJsonString());
        gateway.Database.Execute(
            $"""
            INSERT INTO routes (id, name, paths)
            SELECT md5(place::text)::uuid, place, ARRAY[path] FROM jsonb_array_elements_text({json}) WITH ORDINALITY AS list (path, place)
            """);
    }

    private static string[] Paths(Gateway gateway) =>
        JsonSerializer.Deserialize<string[]>(gateway.Database.Query("SELECT json_agg(paths[1] ORDER BY name::int) FROM routes")[0]!)!;
}
