using System.Xml.Linq;
using Migrator.Commands;
using Migrator.Tests.Commands;

namespace Migrator.Tests.Deployment;

/// <summary>docs/demo.svg, which scripts/demo.sh makes: what GitHub shows of it, and whether its commands still exist.</summary>
internal sealed class DemoTests
{
    private const int MaxBytes = 60_000;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly string File = Documents.PathOf("docs/demo.svg");

    [Test]
    public void It_is_an_SVG_that_needs_no_script_and_nothing_from_elsewhere()
    {
        var picture = XDocument.Load(File);
        var style = (string)picture.Descendants(Svg + "style").Single();
        Assert.Multiple(() =>
        {
            Assert.That(new FileInfo(File).Length, Is.LessThan(MaxBytes));
            Assert.That(picture.Root!.Name, Is.EqualTo(Svg + "svg"));
            Assert.That(picture.Descendants().Select(element => element.Name.LocalName).Distinct(StringComparer.Ordinal),
                Is.SubsetOf(new[] { "svg", "title", "desc", "style", "clipPath", "path", "rect", "g", "circle", "text", "tspan" }));
            Assert.That(picture.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "href"
                || attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal)), Is.Empty);
            Assert.That(style, Does.Not.Contain("@import").And.Not.Contain("@font-face").And.Not.Contain("url("));
        });
    }

    [Test]
    public void It_has_a_title_and_stands_still_for_those_who_want_that()
    {
        var picture = XDocument.Load(File);
        var title = picture.Root!.Elements().First();
        Assert.Multiple(() =>
        {
            Assert.That(title.Name, Is.EqualTo(Svg + "title"));
            Assert.That(((string)picture.Root.Attribute("aria-labelledby")!).Split(' '), Does.Contain((string)title.Attribute("id")!));
            Assert.That((string)picture.Descendants(Svg + "style").Single(), Does.Contain("prefers-reduced-motion:reduce"));
        });
    }

    [Test]
    public void Its_commands_exist()
    {
        var commands = XDocument.Load(File).Descendants(Svg + "text").Select(text => (string)text)
            .Where(text => text.StartsWith("$ migrator ", StringComparison.Ordinal)).Select(text => text["$ migrator ".Length..]).ToList();
        Assert.That(commands, Has.Count.GreaterThanOrEqualTo(4));
        Assert.Multiple(() => commands.ForEach(command => Assert.That(MigratorCommand.Create().Parse(command).Errors, Is.Empty, command)));
    }

    [Test]
    public void The_README_shows_it() =>
        Assert.That(System.IO.File.ReadAllText(Documents.PathOf("README.md")), Does.Contain("(docs/demo.svg)"));
}
