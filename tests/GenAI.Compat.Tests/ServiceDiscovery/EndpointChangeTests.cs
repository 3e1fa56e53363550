using System.Diagnostics.CodeAnalysis;
using System.Net;
using GenAI.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery;

namespace GenAI.Compat.Tests.ServiceDiscovery;

public sealed class EndpointChangeTests
{
    [Fact]
    public async Task A_changed_configuration_is_seen_at_once_and_announced()
    {
        await using var discovery = new Discovery(new() { ["services:catalog:http:0"] = "http://10.0.0.1" });
        var before = await discovery.Resolver.GetEndpointsAsync("http://catalog", TestContext.Current.CancellationToken);
        var announced = 0;
        using var registration = before.ChangeToken.RegisterChangeCallback(_ => announced++, null);

        discovery.Change("services:catalog:http:1", "http://10.0.0.2");

        Assert.Equal(1, announced);
        Assert.Equal(["http://10.0.0.1/", "http://10.0.0.2/"], await discovery.ResolveAsync("http://catalog"));
    }

    [Fact]
    public async Task A_service_that_becomes_configured_is_no_longer_passed_through()
    {
        await using var discovery = new Discovery([]);
        Assert.Equal(["catalog:80"], await discovery.ResolveAsync("http://catalog"));

        discovery.Change("services:catalog:http:0", "http://10.0.0.1");

        Assert.Equal(["http://10.0.0.1/"], await discovery.ResolveAsync("http://catalog"));
    }

    [Fact]
    public async Task An_unchanged_answer_is_kept()
    {
        await using var discovery = new Discovery(new() { ["services:catalog:http:0"] = "http://10.0.0.1" });
        var first = await discovery.Resolver.GetEndpointsAsync("http://catalog", TestContext.Current.CancellationToken);
        Assert.Same(first, await discovery.Resolver.GetEndpointsAsync("http://catalog", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_provider_that_announces_nothing_is_asked_again_after_the_refresh_period()
    {
        var clock = new ManualTimeProvider();
        var provider = new CountingProvider();
        await using var discovery = WithOwnProvider(clock, provider);

        Assert.Equal(["10.0.0.1:1"], await discovery.ResolveAsync("http://catalog"));
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(["10.0.0.1:1"], await discovery.ResolveAsync("http://catalog"));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["10.0.0.1:2"], await discovery.ResolveAsync("http://catalog"));
    }

    [Fact]
    public async Task Callers_that_come_together_ask_the_provider_once()
    {
        var provider = new CountingProvider();
        await using var discovery = WithOwnProvider(new ManualTimeProvider(), provider);
        provider.Hold();

        var callers = Enumerable.Range(0, 8).Select(_ => discovery.ResolveAsync("http://catalog")).ToArray();
        provider.Release();

        Assert.All(await Task.WhenAll(callers), endpoints => Assert.Equal(["10.0.0.1:1"], endpoints));
    }

    [Fact]
    public async Task A_service_not_asked_for_in_a_while_is_let_go_when_another_comes()
    {
        var clock = new ManualTimeProvider();
        var provider = new CountingProvider();
        await using var discovery = WithOwnProvider(clock, provider);
        await discovery.ResolveAsync("http://catalog");

        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.False(provider.Disposed);
        await discovery.ResolveAsync("http://basket");

        Assert.True(provider.Disposed);
    }

    private static Discovery WithOwnProvider(ManualTimeProvider clock, CountingProvider provider) => new([], services => services
        .AddSingleton<TimeProvider>(clock)
        .Insert(0, ServiceDescriptor.Singleton<IServiceEndpointProviderFactory>(provider)));

    /// <summary>Gives one endpoint whose port is the number of times it was asked.</summary>
    private sealed class CountingProvider : IServiceEndpointProviderFactory, IServiceEndpointProvider
    {
        private TaskCompletionSource _gate = Opened();
        private int _asked;

        public bool Disposed { get; private set; }

        public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _gate.SetResult();

        public bool TryCreateProvider(ServiceEndpointQuery query, [NotNullWhen(true)] out IServiceEndpointProvider? provider)
        {
            provider = query.ServiceName == "catalog" ? this : null;
            return provider is not null;
        }

        public async ValueTask PopulateAsync(IServiceEndpointBuilder endpoints, CancellationToken cancellationToken)
        {
            await _gate.Task.WaitAsync(cancellationToken);
            endpoints.Endpoints.Add(ServiceEndpoint.Create(new IPEndPoint(new IPAddress([10, 0, 0, 1]), ++_asked)));
        }

        public ValueTask DisposeAsync()
        {
            Disposed = true;
            return ValueTask.CompletedTask;
        }

        private static TaskCompletionSource Opened()
        {
            var gate = new TaskCompletionSource();
            gate.SetResult();
            return gate;
        }
    }
}
