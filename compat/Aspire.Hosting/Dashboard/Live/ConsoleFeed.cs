using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Access;
using Aspire.Hosting.Dashboard.Pages;
using Aspire.Hosting.Dashboard.Resources;

namespace Aspire.Hosting.Dashboard.Live;

/// <summary>What a resource writes to its console: live as markup, or all of it as a file. No secret is in either.</summary>
internal sealed class ConsoleFeed(ResourceLoggerService loggers, SecretMask mask)
{
    private const int MaxLinesAtOnce = 2000;

    /// <summary>Sends batches of <c>[number, is error output, markup]</c>.</summary>
    public async Task RunAsync(ResourceView view, Func<string, Task> send, CancellationToken cancellationToken)
    {
        await foreach (var lines in loggers.WatchAsync(LogNameOf(view)).WithCancellation(cancellationToken))
        {
            foreach (var batch in lines.Chunk(MaxLinesAtOnce))
            {
                await send(JsonSerializer.Serialize(batch.Select(line
                    => new object[] { line.LineNumber, line.IsErrorMessage ? 1 : 0, AnsiText.ToHtml(mask.Text(line.Content)).ToString() })));
            }
        }
    }

    public async Task WriteAllAsync(ResourceView view, Stream output, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(output, leaveOpen: true);
        await foreach (var lines in loggers.GetAllAsync(LogNameOf(view)).WithCancellation(cancellationToken))
        {
            foreach (var line in lines)
                await writer.WriteLineAsync(AnsiText.ToPlain(mask.Text(line.Content)).AsMemory(), cancellationToken);
        }
    }

    // The log of an instance, or of the resource where there is one: what the AppHost itself says about it is there too.
    private static string LogNameOf(ResourceView view) => view.Id;
}
