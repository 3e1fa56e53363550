using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GenAI.Compat.Tests.OpenTelemetry;

public class HostingTests
{
    private readonly string _name = $"Hosting.{Guid.NewGuid():N}";
    private readonly List<Activity> _spans = [];
    private readonly List<string> _metrics = [];
    private readonly List<string> _logs = [];

    [Fact]
    public async Task All_three_signals_flow_from_start_to_stop_and_carry_the_resource()
    {
        var exporters = new Exporters(_spans, _metrics, _logs);
        using (var host = CreateHost(services => AddAllSignals(services, exporters)))
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            using (var source = new ActivitySource(_name))
                source.StartActivity("span")?.Dispose();
            host.Services.GetRequiredService<IMeterFactory>().Create(new MeterOptions(_name)).CreateCounter<int>("counter").Add(1);
            host.Services.GetRequiredService<ILogger<HostingTests>>().LogWarning("message");
            await host.StopAsync(TestContext.Current.CancellationToken);
        }

        // The periodic reader exports once a minute: what is here was flushed when the host was disposed.
        Assert.Equal(["span"], _spans.Select(span => span.OperationName));
        Assert.Equal(["counter"], _metrics);
        Assert.Equal(["message"], _logs);
        Assert.Equal(["compat", "compat", "compat"], exporters.ServiceNames);
    }

    [Fact]
    public async Task Telemetry_starts_before_services_that_were_registered_before_it()
    {
        var source = new ActivitySource(_name);
        using var host = CreateHost(services =>
        {
            services.AddHostedService(_ => new StartsSpan(source));
            services.AddOpenTelemetry().WithTracing(traces => traces.AddSource(_name).AddProcessor(
                new SimpleActivityExportProcessor(new Collecting<Activity>((span, _) => _spans.Add(span)))));
        });

        await host.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["starting"], _spans.Select(span => span.OperationName));
        source.Dispose();
    }

    [Fact]
    public async Task Added_several_times_there_is_one_provider_that_has_it_all()
    {
        using var host = CreateHost(services =>
        {
            services.AddOpenTelemetry().WithTracing().WithTracing(traces => traces.AddSource(_name));
            services.AddOpenTelemetry().WithTracing(traces => traces.AddProcessor(
                new SimpleActivityExportProcessor(new Collecting<Activity>((span, _) => _spans.Add(span)))));
        });
        await host.StartAsync(TestContext.Current.CancellationToken);

        using var source = new ActivitySource(_name);
        source.StartActivity("once")?.Dispose();

        Assert.Single(_spans);
        Assert.Single(host.Services.GetServices<TracerProvider>());
        Assert.Single(host.Services.GetServices<IHostedService>(), service => service.GetType().Namespace!.StartsWith("OpenTelemetry", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signals_that_were_not_asked_for_do_not_exist()
    {
        using var host = CreateHost(services => services.AddOpenTelemetry().WithMetrics());
        await host.StartAsync(TestContext.Current.CancellationToken);

        Assert.NotNull(host.Services.GetService<MeterProvider>());
        Assert.Null(host.Services.GetService<TracerProvider>());
        Assert.Null(host.Services.GetService<LoggerProvider>());
    }

    [Fact]
    public async Task An_initializer_of_the_application_replaces_the_default()
    {
        var initializer = new CountingInitializer();
        using var host = CreateHost(services =>
        {
            services.AddSingleton<ITelemetryHostInitializer>(initializer);
            services.AddOpenTelemetry().WithMetrics();
        });
        await host.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, initializer.Calls);
    }

    [Fact]
    public void Missing_arguments_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => OpenTelemetryServicesExtensions.AddOpenTelemetry(null!));
        Assert.Throws<ArgumentNullException>(() => new ServiceCollection().AddOpenTelemetry().WithLogging(null!));
    }

    private void AddAllSignals(IServiceCollection services, Exporters exporters)
        => services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("compat"))
            .WithTracing(traces => traces.AddSource(_name).AddProcessor(new BatchActivityExportProcessor(exporters.Spans)))
            .WithMetrics(metrics => metrics.AddMeter(_name).AddReader(new PeriodicExportingMetricReader(exporters.Metrics)))
            .WithLogging(
                logs => logs.AddProcessor(new BatchLogRecordExportProcessor(exporters.Logs)),
                options => options.IncludeFormattedMessage = true);

    private static IHost CreateHost(Action<IServiceCollection> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        configure(builder.Services);
        return builder.Build();
    }

    private sealed class Exporters(List<Activity> spans, List<string> metrics, List<string> logs)
    {
        private readonly List<string?> _serviceNames = [];

        public IEnumerable<string?> ServiceNames => _serviceNames;

        public Collecting<Activity> Spans => new((span, resource) => Add(spans, span, resource));

        public Collecting<Metric> Metrics => new((metric, resource) => Add(metrics, metric.Name, resource));

        public Collecting<LogRecord> Logs => new((record, resource) =>
        {
            if (record.CategoryName == typeof(HostingTests).FullName)
                Add(logs, record.FormattedMessage!, resource);
        });

        private void Add<T>(List<T> items, T item, Resource resource)
        {
            lock (_serviceNames)
            {
                items.Add(item);
                _serviceNames.Add(resource.Attributes.FirstOrDefault(attribute => attribute.Key == "service.name").Value as string);
            }
        }
    }

    private sealed class Collecting<T>(Action<T, Resource> add) : BaseExporter<T>
        where T : class
    {
        public override ExportResult Export(in Batch<T> batch)
        {
            foreach (var item in batch)
                add(item, ParentProvider.GetResource());

            return ExportResult.Success;
        }
    }

    private sealed class StartsSpan(ActivitySource source) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            source.StartActivity("starting")?.Dispose();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class CountingInitializer : ITelemetryHostInitializer
    {
        public int Calls { get; private set; }

        public void Initialize() => Calls++;
    }
}
