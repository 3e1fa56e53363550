using Aspire.Hosting.Dashboard.Telemetry;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>What several pages have: the choice of a service, and tables of attributes.</summary>
internal static class Fields
{
    public static Html Services(IEnumerable<string> names, string? chosen) => Html.Of($"""
        <label>Service <select name="service"><option value="">all</option>{names.Select(name => Html.Of($"<option{Html.If(name == chosen, $" selected")}>{name}</option>"))}</select></label>
        """);

    public static Html Check(string name, string label, bool isChecked)
        => Html.Of($"""<label><input type="checkbox" name="{name}" value="1"{Html.If(isChecked, $" checked")}> {label}</label>""");

    public static Html Attributes(IEnumerable<TelemetryAttribute> attributes) => Html.Of($"""
        <table class="pairs"><tbody>{attributes.Select(attribute => Html.Of($"<tr><th scope=\"row\">{attribute.Key}</th><td class=\"wrap\">{attribute.Value}</td></tr>"))}</tbody></table>
        """);

    /// <summary>`1,234 spans`, and how many of them are listed when that is not all.</summary>
    public static Html Count(int shown, int matching, int all, string what) => Html.Of($"""
        <span class="count">{matching} of {all} {what}{Html.If(shown < matching, $", the newest {shown} listed")}</span>
        """);
}
