using System.Net;
using GenAI.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace GenAI.Compat.Tests.Resilience;

/// <summary>A client with the standard handler on a clock stepped by hand, over a server that a test scripts.</summary>
internal sealed class ResilientClient : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public ResilientClient(Action<HttpStandardResilienceOptions>? configure = null, Action<IHttpStandardResiliencePipelineBuilder>? select = null)
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(Clock);
        var builder = services.AddHttpClient("test", client => client.Timeout = Eventually.DefaultDeadline)
            .ConfigurePrimaryHttpMessageHandler(() => Server)
            .AddStandardResilienceHandler(options => options.Retry.UseJitter = false);
        builder.Configure(configure ?? (_ => { }));
        select?.Invoke(builder);
        _services = services.BuildServiceProvider();
    }

    public ManualTimeProvider Clock { get; } = new();

    public ScriptedServer Server { get; } = new();

    public HttpClient Create() => _services.GetRequiredService<IHttpClientFactory>().CreateClient("test");

    public Task<HttpResponseMessage> GetAsync(string address = "http://server/") =>
        Create().GetAsync(address, TestContext.Current.CancellationToken);

    /// <summary>Waits until the request sleeps before its next attempt, checks for how long, and wakes it.</summary>
    public async Task SkipWaitAsync(TimeSpan expected)
    {
        await Eventually.TrueAsync(() => Clock.NextTimerIn == expected, TestContext.Current.CancellationToken);
        Clock.Advance(expected);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>Answers each request as the script says; the last line repeats.</summary>
internal sealed class ScriptedServer : HttpMessageHandler
{
    private readonly List<Func<CancellationToken, Task<HttpResponseMessage>>> _script = [_ => Task.FromResult(new HttpResponseMessage())];
    private bool _scripted;

    public List<string> Bodies { get; } = [];

    public int Requests { get; private set; }

    public ScriptedServer Answers(HttpStatusCode status, Action<HttpResponseMessage>? change = null) => Then(_ =>
    {
        var response = new HttpResponseMessage(status);
        change?.Invoke(response);
        return Task.FromResult(response);
    });

    public ScriptedServer Throws(Exception exception) => Then(_ => Task.FromException<HttpResponseMessage>(exception));

    public ScriptedServer NeverAnswers() => Then(async token =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        throw new InvalidOperationException("An infinite wait ended.");
    });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var line = _script[Math.Min(Requests++, _script.Count - 1)];
        if (request.Content is not null) Bodies.Add(await request.Content.ReadAsStringAsync(cancellationToken));
        var response = await line(cancellationToken);
        response.RequestMessage = request;
        return response;
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, cancellationToken).GetAwaiter().GetResult();

    private ScriptedServer Then(Func<CancellationToken, Task<HttpResponseMessage>> line)
    {
        if (!_scripted) _script.Clear();
        _scripted = true;
        _script.Add(line);
        return this;
    }
}
