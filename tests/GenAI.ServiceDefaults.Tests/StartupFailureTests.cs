using System.Net;
using System.Net.Sockets;

namespace GenAI.ServiceDefaults.Tests;

public sealed class StartupFailureTests
{
    [Fact]
    public async Task Wrong_settings_are_one_message_and_exit_code_1()
    {
        await using var service = new SampleProcess(("LOG_LEVEL", "loud"), ("HEALTH_CHECK_INTERVAL", "often"));

        Assert.Equal(1, await service.ExitCodeAsync());
        Assert.Equal(
            """
            GenAI.ServiceDefaults.SampleService cannot start. Settings are not usable:
              - LOG_LEVEL is 'loud'; expected trace, debug, information, warning, error or critical.
              - HEALTH_CHECK_INTERVAL is 'often'; expected a number of seconds from 0.1 to 3600.
            """,
            service.Errors);
        Assert.Empty(service.Output);
    }

    [Fact]
    public async Task Wrong_options_are_one_message_and_exit_code_1()
    {
        await using var service = new SampleProcess(("Sample__Jobs", "0"));

        Assert.Equal(1, await service.ExitCodeAsync());
        Assert.Equal("GenAI.ServiceDefaults.SampleService cannot start. Sample:Jobs is out of range; expected 1 to 99.", service.Errors);
        Assert.Empty(service.Output);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_and_exit_code_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://{taken.LocalEndpoint}";
        await using var service = new SampleProcess(("ASPNETCORE_URLS", address));

        Assert.Equal(1, await service.ExitCodeAsync());
        Assert.Equal($"GenAI.ServiceDefaults.SampleService cannot start. Failed to bind to address {address}: address already in use.", service.Errors);
    }

    [Fact]
    public async Task A_bug_keeps_its_stack_trace()
    {
        await using var service = new SampleProcess(("ASPNETCORE_URLS", "ftp://nowhere"));
        Assert.NotEqual(0, await service.ExitCodeAsync());
        Assert.Contains("   at ", service.Errors, StringComparison.Ordinal);
    }
}
