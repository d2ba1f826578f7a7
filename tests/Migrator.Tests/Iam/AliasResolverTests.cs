using Migrator.Iam.Signing;
using TestSupport;

namespace Migrator.Tests.Iam;

/// <summary>The chain of aliases of a name, as a name server on loopback has it.</summary>
internal sealed class AliasResolverTests
{
    private const string Cluster = "kong.cluster-c1abcdefghij.eu-central-1.rds.amazonaws.com";
    private const string Instance = "kong-1.c1abcdefghij.eu-central-1.rds.amazonaws.com";
    private const string Machine = "ec2-3-4-5-6.eu-central-1.compute.amazonaws.com";

    private DnsServer server = null!;
    private DirectoryInfo folder = null!;

    [SetUp]
    public void Start()
    {
        server = new DnsServer();
        folder = Directory.CreateTempSubdirectory("migrator-dns-");
    }

    [TearDown]
    public void Stop()
    {
        server.Dispose();
        folder.Delete(recursive: true);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_whole_chain_is_known_from_one_answer_or_from_one_for_each_name(bool recurses)
    {
        server.Recurses = recurses;
        server.Chain("db.example.com", Cluster, Instance, Machine);
        Assert.That(await NamesAsync("db.example.com"), Is.EqualTo(new[] { "db.example.com", Cluster, Instance, Machine }));
        Assert.That(server.Queries.Select(q => q.Name), Is.EqualTo(
            recurses ? new[] { "db.example.com" } : ["db.example.com", Cluster, Instance, Machine]));
    }

    [Test]
    public async Task An_alias_of_a_name_without_an_address_is_known_too()
    {
        server.Aliases["db.example.com"] = Cluster;
        Assert.That(await NamesAsync("DB.example.com."), Is.EqualTo(new[] { "db.example.com", Cluster }));
    }

    [Test]
    public async Task A_truncated_answer_is_asked_for_over_TCP()
    {
        server.Chain("db.example.com", Cluster);
        server.Change = (protocol, answer) => protocol == "tcp" ? [answer] : [Truncated(answer)];
        Assert.That(await NamesAsync("db.example.com"), Does.Contain(Cluster));
        Assert.That(server.Queries.Select(q => q.Protocol), Is.EqualTo(new[] { "udp", "tcp" }));
    }

    [TestCase("ndots:1", "db", "db.a.example,db.b.example")]
    [TestCase("ndots:2", "db.b", "db.b.a.example,db.b.b.example,db.b")]
    [TestCase("ndots:5", "db.b.example", "db.b.example.a.example,db.b.example.b.example,db.b.example")]
    [TestCase("ndots:5", "db.b.example.", "db.b.example")]
    [TestCase("rotate", "db.b.example", "db.b.example")]
    public async Task The_search_domains_are_tried_as_resolv_conf_says(string option, string name, string asked)
    {
        var last = asked.Split(',')[^1];
        server.Chain(last, Cluster);
        var names = await NamesAsync(name, "search a.example b.example", $"options {option}");
        Assert.That(names, Is.EqualTo(new[] { last, Cluster }));
        Assert.That(string.Join(',', server.Queries.Select(q => q.Name)), Is.EqualTo(asked));
    }

    [Test]
    public async Task A_name_in_the_hosts_file_is_not_asked_for()
    {
        server.Chain("db.example.com", Cluster);
        var hosts = Path.Combine(folder.FullName, "hosts");
        File.WriteAllText(hosts, "127.0.0.1 localhost\n10.0.0.5\tfirst DB.example.com # ours\n");
        var chain = await Resolver(hosts).FollowAsync("db.example.com", CancellationToken.None);
        Assert.That((chain.Names.Count, chain.Failure, server.Queries.Count), Is.EqualTo((0, (string?)null, 0)));
    }

    [Test]
    public async Task A_name_that_does_not_exist_is_no_failure_of_DNS()
    {
        var chain = await Resolver().FollowAsync("db.example.com", CancellationToken.None);
        Assert.That((chain.Names.Count, chain.Failure), Is.EqualTo((0, (string?)null)));
    }

    [Test]
    public async Task A_server_that_fails_is_named()
    {
        server.Change = (_, answer) => [[answer[0], answer[1], answer[2], 0x82, .. answer[4..]]];
        Assert.That((await Resolver().FollowAsync("db.example.com", CancellationToken.None)).Failure,
            Is.EqualTo("name server 127.0.0.1 answered with code 2"));
    }

    [Test]
    public async Task A_server_that_is_not_there_is_named()
    {
        server.Dispose();
        Assert.That((await Resolver().FollowAsync("db.example.com", CancellationToken.None)).Failure,
            Does.StartWith("name server 127.0.0.1: Connection refused"));
    }

    [Test]
    public async Task The_next_server_is_asked_if_one_fails()
    {
        server.Chain("db.example.com", Cluster);
        var configuration = Path.Combine(folder.FullName, "resolv.conf");
        File.WriteAllText(configuration, "nameserver 127.0.0.2\nnameserver not-an-address\nnameserver 127.0.0.1\n");
        var resolver = new AliasResolver { ConfigurationFile = configuration, HostsFile = "/nowhere", Port = server.Port };
        Assert.That((await resolver.FollowAsync("db.example.com", CancellationToken.None)).Names, Does.Contain(Cluster));
    }

    [Test]
    public async Task Answers_to_other_queries_are_ignored()
    {
        server.Chain("db.example.com", Cluster);
        server.Change = (_, answer) =>
        [
            [], [1, 2, 3], [(byte)~answer[0], .. answer[1..]], [answer[0], answer[1], 0x01, .. answer[3..]],
            [.. answer[..13], (byte)'x', .. answer[14..]], answer,
        ];
        Assert.That(await NamesAsync("db.example.com"), Does.Contain(Cluster));
    }

    [Test]
    public async Task A_server_that_is_silent_or_sends_only_rubbish_ends_within_the_limit()
    {
        foreach (var rubbish in new byte[][][] { [], [.. Enumerable.Repeat(new byte[] { 0 }, 200)] })
        {
            server.Change = (_, _) => rubbish;
            var resolver = Resolver(limit: TimeSpan.FromMilliseconds(200));
            var chain = await resolver.FollowAsync("db.example.com", CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
            Assert.That(chain.Names, Is.Empty);
            Assert.That(chain.Failure, Is.Not.Null);
        }
    }

    [Test]
    public async Task Aliases_in_a_circle_end()
    {
        server.Aliases["a.example"] = "b.example";
        server.Aliases["b.example"] = "a.example";
        Assert.That((await NamesAsync("a.example")).Count, Is.InRange(2, 40));
    }

    [Test]
    public async Task A_cancelled_run_ends_at_once()
    {
        server.Change = (_, _) => [];
        using var stop = new CancellationTokenSource();
        var asking = Resolver().FollowAsync("db.example.com", stop.Token);
        await stop.CancelAsync();
        await Assert.ThatAsync(() => asking, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void No_change_of_one_byte_and_no_cut_of_an_answer_is_an_unforeseen_error()
    {
        byte[] answer =
        [
            0, 7, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0, 2, (byte)'d', (byte)'b', 0, 0, 1, 0, 1,
            0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 5, 0, 4, 1, (byte)'x', 0xC0, 12, 0xC0, 32, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 127, 0, 0, 1,
        ];
        Assert.That(
            DnsMessage.Read(answer, 7, "db")!.Aliases,
            Is.EqualTo(new Dictionary<string, string>(StringComparer.Ordinal) { ["db"] = "x.db" }));
        for (var i = 0; i < answer.Length; i++)
        {
            Assert.DoesNotThrow(() => DnsMessage.Read(answer.AsSpan(0, i), 7, "db"), $"cut at {i}");
            for (var value = 0; value < 256; value++)
            {
                var changed = (byte[])answer.Clone();
                changed[i] = (byte)value;
                Assert.DoesNotThrow(() => DnsMessage.Read(changed, 7, "db"), $"byte {i} is {value}");
            }
        }
    }

    [TestCase(new byte[] { 0xC0, 20 }, TestName = "A_name_that_points_at_itself")]
    [TestCase(new byte[] { 1, (byte)'a', 0xC0, 20 }, TestName = "A_name_that_leads_in_a_circle")]
    [TestCase(new byte[] { 0xC0, 200 }, TestName = "A_name_that_points_behind_the_message")]
    [TestCase(new byte[] { 0x40, 1 }, TestName = "A_label_of_an_unknown_kind")]
    public void A_malformed_name_is_no_answer(byte[] name)
    {
        byte[] answer =
        [
            0, 7, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 2, (byte)'d', (byte)'b', 0, 0, 1, 0, 1,
            .. name, 0, 5, 0, 1, 0, 0, 0, 5, 0, 2, 0xC0, 12,
        ];
        Assert.That(DnsMessage.Read(answer, 7, "db"), Is.Null);
    }

    [Test]
    public void Bytes_that_host_names_do_not_have_never_reach_a_message()
    {
        byte[] answer =
        [
            0, 7, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 2, (byte)'d', (byte)'b', 0, 0, 1, 0, 1,
            0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 5, 0, 5, 3, 0x1B, (byte)'.', 0xFF, 0,
        ];
        Assert.That(DnsMessage.Read(answer, 7, "db")!.Aliases["db"], Is.EqualTo("???"));
    }

    [TestCase("")]
    [TestCase("a..b")]
    [TestCase("größe.example")]
    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_name_that_DNS_cannot_have_is_not_asked_for(string name)
    {
        Assert.That((await Resolver().FollowAsync(name, CancellationToken.None)).Names, Is.Empty);
        Assert.That(server.Queries, Is.Empty);
    }

    private static byte[] Truncated(byte[] answer) =>
        [.. answer[..2], (byte)(answer[2] | 2), answer[3], .. answer[4..6], 0, 0, .. answer[8..]];

    private AliasResolver Resolver(string hosts = "/nowhere", TimeSpan? limit = null) => new()
    {
        ConfigurationFile = DnsServer.WriteConfiguration(folder.FullName),
        HostsFile = hosts,
        Port = server.Port,
        Limit = limit ?? TimeSpan.FromSeconds(60),
    };

    private async Task<IReadOnlyList<string>> NamesAsync(string name, params string[] lines)
    {
        var resolver = new AliasResolver
        {
            ConfigurationFile = DnsServer.WriteConfiguration(folder.FullName, lines),
            HostsFile = "/nowhere",
            Port = server.Port,
            Limit = TimeSpan.FromSeconds(60),
        };
        return (await resolver.FollowAsync(name, CancellationToken.None)).Names;
    }
}
