using System.Diagnostics.Metrics;
using GenAI.Contracts;
using GenAI.Contracts.Instances;
using GenAI.Orchestrator.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace GenAI.Orchestrator.Tests.Health;

public sealed class HealthLoopTests
{
    [Fact]
    public async Task An_error_in_the_loop_itself_is_counted_and_the_instance_goes_on_being_watched()
    {
        var probe = new BrokenAtFirst();
        await using var factory = new OrchestratorFactory(("FLUX_URL", "http://localhost:1"), ("HEALTH_CHECK_INTERVAL", "1"))
        {
            Replace = services => services.RemoveAll<IInstanceProbe>().AddSingleton<IInstanceProbe>(probe),
        };
        using var recorder = new MeasurementRecorder(factory.Services.GetRequiredService<IMeterFactory>());
        probe.Start.SetResult();

        await factory.WaitForAsync("flux-1-dev-0", InstanceState.Healthy);

        Assert.Equal(1, Assert.Single(recorder.Of("genai_health_loop_errors")).Value);
    }

    [Fact]
    public async Task Two_probes_for_one_dialect_are_refused_at_start()
    {
        await using var factory = new OrchestratorFactory
        {
            Replace = services => services.AddSingleton<IInstanceProbe>(new BrokenAtFirst()),
        };

        Assert.Contains("ComfyUI", Assert.Throws<ArgumentException>(() => factory.Services).Message);
    }

    private sealed class BrokenAtFirst : IInstanceProbe
    {
        private int _probes;

        public TaskCompletionSource Start { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ModelDialect Dialect => ModelDialect.ComfyUI;

        public async Task<ProbeReading> ProbeAsync(Uri endpoint, CancellationToken cancellationToken)
        {
            // Held back until the test listens.
            await Start.Task;
            return Interlocked.Increment(ref _probes) == 1 ? throw new InvalidOperationException("A bug in a probe.") : ProbeReading.None;
        }
    }
}
