using Aspire.Hosting.Dashboard.Pages;
using Aspire.Hosting.Dashboard.Resources;

namespace GenAI.Compat.Tests.Aspire.Dashboard;

public sealed class PresentationTests
{
    [Fact]
    public void What_is_put_into_a_page_is_encoded_unless_it_is_a_piece_of_one()
    {
        var piece = Html.Of($"<b>{"<&\""}</b>");

        Assert.Equal("<p><b>&lt;&amp;&quot;</b> &lt;i&gt;</p>", Html.Of($"<p>{piece} {"<i>"}</p>").ToString());
    }

    [Theory]
    [InlineData("plain <b>", "plain &lt;b&gt;")]
    [InlineData("\e[31mred\e[0m off", "<span class=\"f1\">red</span> off")]
    [InlineData("\e[1;92mbold\e[22m not", "<span class=\"f10 bold\">bold</span><span class=\"f10\"> not</span>")]
    [InlineData("\e[38;5;196mred\e[39m", "<span class=\"f9\">red</span>")]
    [InlineData("\e[48;2;0;0;250mblue", "<span class=\"b12\">blue</span>")]
    [InlineData("\e[2K\e]0;title\amoved\e[1", "moved")]
    public void Colours_of_a_terminal_become_classes(string line, string expected) => Assert.Equal(expected, AnsiText.ToHtml(line).ToString());

    [Fact]
    public void A_line_without_its_colours_is_what_was_written() => Assert.Equal("red", AnsiText.ToPlain("\e[31mr\e[0med\a"));

    [Fact]
    public void The_graph_puts_each_resource_right_of_what_it_needs_and_cuts_circles()
    {
        var layout = GraphPlanner.Plan(
            ["web", "api", "store", "a", "b"],
            [new("web", "api", true), new("api", "store", true), new("web", "store", false), new("a", "b", false), new("b", "a", false)]);

        Assert.Equal((2, 1, 0), (layout.Places["web"].Column, layout.Places["api"].Column, layout.Places["store"].Column));
        Assert.NotEqual(layout.Places["a"].Column, layout.Places["b"].Column);
        Assert.Equal(5, layout.Places.Values.Distinct().Count());
    }

    [Theory]
    [InlineData(0.0012, "s", "1.2 ms")]
    [InlineData(1536, "By", "1.5 KiB")]
    [InlineData(12345, "{request}", "12.3k")]
    [InlineData(3, "V", "3 V")]
    public void Values_have_their_units(double value, string unit, string expected) => Assert.Equal(expected, Units.Format(value, unit));
}
