using GenAI.Testing;

namespace GenAI.Gateway.Tests.Fakes;

internal static class Answering
{
    // A process that starts beside other suites.
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(2);

    /// <summary>Waits until the process answers at the address with success.</summary>
    public static async Task AnswersAsync(Uri address, ServerProcess process)
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    using var response = await http.GetAsync(address, cancelled);
                    return response.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    Assert.False(process.HasExited, process.Output);
                    return false;
                }
            },
            cancelled, StartTime, $"{address} answers");
    }
}
