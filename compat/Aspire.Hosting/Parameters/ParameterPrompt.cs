using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>
/// Asks whoever sits at the terminal for a parameter that has no value, once, before anything starts. Without a terminal nobody is
/// asked. What is typed for a secret is not shown.
/// </summary>
internal sealed class ParameterPrompt(DistributedApplicationOptions options)
{
    public bool CanAsk => !options.EnableResourceLogging && !Console.IsInputRedirected && !Console.IsOutputRedirected;

    /// <returns>The answer, or null when it is empty.</returns>
    public static string? Ask(ParameterResource parameter)
    {
        if (parameter.Description is { Length: > 0 } description)
            Console.WriteLine(description);
        // The runtime ends the terminal's own echo when it is first asked for keys; after the prompt, what is typed at once would be shown.
        if (parameter.Secret) _ = Console.KeyAvailable;
        Console.Write($"Value of parameter '{parameter.Name}'{(parameter.Secret ? " (not shown)" : "")}: ");
        var answer = parameter.Secret ? ReadHidden() : Console.ReadLine();
        return string.IsNullOrEmpty(answer) ? null : answer;
    }

    private static string ReadHidden()
    {
        var answer = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
                answer.Length = Math.Max(0, answer.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                answer.Append(key.KeyChar);
        }

        Console.WriteLine();
        return answer.ToString();
    }
}
