using Aspire.Hosting.Dashboard.Access;
using Aspire.Hosting.Dashboard.Resources;

namespace Aspire.Hosting.Dashboard.Pages;

/// <summary>The commands of a resource as buttons: those that matter most in a row, the others in a menu.</summary>
internal sealed class Commands(BrowserAccess access)
{
    private static readonly Dictionary<string, string> Marks = new(StringComparer.Ordinal) { ["start"] = "▶", ["stop"] = "■", ["restart"] = "↻" };

    public Html Buttons(ResourceView view)
    {
        var others = view.Commands.Where(command => !command.IsHighlighted).ToArray();
        return Html.Of($"""
            {view.Commands.Where(command => command.IsHighlighted).Select(command => Button(view, command))}
            {Html.If(others.Length > 0, $"<details class=\"menu\"><summary class=\"button\" title=\"More commands of {view.DisplayName}\" aria-label=\"More commands of {view.DisplayName}\">⋯</summary><div>{others.Select(command => Button(view, command))}</div></details>")}
            """);
    }

    private Html Button(ResourceView view, CommandView command) => Html.Of($"""
        <form method="post" action="/resources/{view.Id}/commands/{Uri.EscapeDataString(command.Name)}" class="command"{Html.If(command.Confirmation is not null, $" data-confirm=\"{command.Confirmation}\"")}><input type="hidden" name="{FrontDoor.FormField}" value="{access.FormValue}"><button type="submit" class="{(Marks.ContainsKey(command.Name) ? "icon" : "")}" title="{command.DisplayName} {view.DisplayName}{Html.If(command.Description is not null, $": {command.Description}")}" aria-label="{command.DisplayName} {view.DisplayName}"{Html.If(!command.IsEnabled, $" disabled")}>{Marks.GetValueOrDefault(command.Name, command.DisplayName)}</button></form>
        """);
}
