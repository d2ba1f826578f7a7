using Migrator.Configuration.Connection;
using Migrator.Tests.Commands;

namespace Migrator.Tests.Connecting;

internal sealed class UnixSocketTests : CommandTest
{
    [TestCase("unix:/var/run/postgresql/.s.PGSQL.5432", "/var/run/postgresql", 5432)]
    [TestCase("unix:/.s.PGSQL.1", "/", 1)]
    public void Kongs_form_is_parsed(string host, string folder, int port) =>
        Assert.That(UnixSocket.TryParse(host), Is.EqualTo((folder, port)));

    [TestCase("127.0.0.1")]
    [TestCase("/var/run/postgresql")]
    [TestCase("unix:/var/run/postgresql")]
    [TestCase("unix:/var/run/.s.PGSQL.x")]
    [TestCase("unix:/var/run/.s.PGSQL.99999")]
    [TestCase("unix:/run/pg.sock")]
    [TestCase("unix:run/.s.PGSQL.5432")]
    public void Anything_else_is_not_a_socket(string host) => Assert.That(UnixSocket.TryParse(host), Is.Null);

    [Test]
    public void A_database_is_reached_through_its_socket()
    {
        var result = Migrator("list", ("pg_host", $"unix:{Database.Server.Folder}/.s.PGSQL.{Database.Server.Port}"));
        Assert.That(result.ExitCode, Is.EqualTo(3), result.Errors);
    }
}
