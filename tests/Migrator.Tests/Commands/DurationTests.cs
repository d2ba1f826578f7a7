using Migrator.Commands.Options;

namespace Migrator.Tests.Commands;

internal sealed class DurationTests
{
    [TestCase("30", 30)]
    [TestCase("0", 0)]
    [TestCase("0.5", 0.5)]
    [TestCase("30s", 30)]
    [TestCase("2m", 120)]
    [TestCase("1m30s", 90)]
    [TestCase("1h", 3600)]
    [TestCase("1.5s", 1.5)]
    [TestCase("500ms", 0.5)]
    public void A_number_is_seconds_and_units_are_those_of_Go(string text, double seconds) =>
        Assert.That(Duration.ParseSeconds(text), Is.EqualTo(seconds).Within(1e-9));

    [TestCase("")]
    [TestCase("soon")]
    [TestCase("-1")]
    [TestCase("1d")]
    [TestCase("s")]
    [TestCase("1m s")]
    [TestCase("1.2.3s")]
    [TestCase("1e3")]
    [TestCase("NaN")]
    [TestCase("2147484")]
    [TestCase("99999999h")]
    public void Anything_else_is_refused(string text) => Assert.That(Duration.ParseSeconds(text), Is.Null);
}
