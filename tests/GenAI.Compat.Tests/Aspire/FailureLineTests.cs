using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using GenAI.Testing;

namespace GenAI.Compat.Tests.Aspire;

/// <summary>What cannot start says so in one line: the resource, the reason, what to do.</summary>
public sealed class FailureLineTests
{
    [Fact]
    public async Task A_port_that_is_taken_is_named_with_its_owner()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var appHost = EchoAppHostProcess.Start($"--FrontPort={port}");

        var line = await appHost.LineAsync("failed to start");

        Assert.Matches(
            $@"^front +\| → failed to start: port {port} of endpoint 'http' is in use by '.+' \(process {Environment.ProcessId}\)\. "
            + "Stop that process, or give the endpoint another port\\.$",
            line);
        Assert.Contains("1 of 2 resources are healthy; not: front", await appHost.LineAsync("resources are healthy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_program_is_named()
    {
        await using var application = new TestApplication();
        application.Builder.AddExecutable("tool", "no-such-program", ".");
        await application.StartAsync();

        var failed = await application.StateAsync("tool", "FailedToStart");

        Assert.Equal("the program 'no-such-program' was not found on the PATH. Install it, or give its full path.", failed.Snapshot.Reason);
    }

    [Fact]
    public async Task A_missing_working_directory_is_named()
    {
        await using var application = new TestApplication();
        application.Builder.AddExecutable("tool", "sh", "/no/such/folder");
        await application.StartAsync();

        var failed = await application.StateAsync("tool", "FailedToStart");

        Assert.StartsWith("its working directory '/no/such/folder' does not exist.", failed.Snapshot.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_that_does_not_build_is_named_with_the_compilers_first_error()
    {
        using var folder = new TemporaryFolder();
        WriteProject(folder, "Console.WriteLine(greeting);");
        await using var application = new TestApplication();
        application.Builder.AddProject("broken", folder.Combine("Sample.csproj"));
        await application.StartAsync();

        var failed = await application.StateAsync("broken", "FailedToStart");

        Assert.StartsWith($"'{folder.Combine("Sample.csproj")}' does not build: ", failed.Snapshot.Reason, StringComparison.Ordinal);
        Assert.Contains(
            "Program.cs(1,19): error CS0103: The name 'greeting' does not exist in the current context", failed.Snapshot.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failed.Snapshot.Reason!);
    }

    [Fact]
    public async Task A_project_given_by_its_path_is_built_and_run()
    {
        using var folder = new TemporaryFolder();
        WriteProject(folder, "Console.WriteLine($\"hello {string.Join(' ', args)}\");");
        await using var application = new TestApplication();
        application.Builder.AddProject("sample", folder.Path).WithArgs("to", "you");
        await application.StartAsync();

        var finished = await application.Notifications.WaitForResourceAsync(
            "sample", e => KnownResourceStates.TerminalStates.Contains(e.Snapshot.State?.Text), application.Cancellation);

        Assert.Equal(("Finished", 0), (finished.Snapshot.State!.Text, finished.Snapshot.ExitCode));
        Assert.Contains("hello to you", await application.LinesAsync("sample"));
    }

    [Fact]
    public async Task A_child_that_ends_says_how_and_its_last_line()
    {
        await using var application = new TestApplication();
        application.AddScript("worker", "echo starting; echo no disk left >&2; exit 3");
        await application.StartAsync();

        var finished = await application.StateAsync("worker", "Finished");

        Assert.Equal(3, finished.Snapshot.ExitCode);
        Assert.Equal("ended unexpectedly with exit code 3; it wrote: no disk left", finished.Snapshot.Reason);
    }

    [Fact]
    public async Task A_parameter_without_a_value_is_named_and_so_is_what_needs_it()
    {
        await using var application = new TestApplication();
        var key = application.Builder.AddParameter("api-key", secret: true);
        application.AddScript("worker", "true").WithEnvironment("KEY", key);
        await application.StartAsync();

        var missing = await application.StateAsync("api-key", "ValueMissing");
        var failed = await application.StateAsync("worker", "FailedToStart");

        Assert.Equal(
            "Parameter 'api-key' has no value: set 'Parameters:api-key' in appsettings.json, as the environment variable "
            + "Parameters__api_key, or with --Parameters:api-key=…",
            missing.Snapshot.Reason);
        Assert.Equal(missing.Snapshot.Reason, failed.Snapshot.Reason);
    }

    [Fact]
    public async Task Publishing_fails_with_one_line_and_an_exit_code()
    {
        await using var appHost = EchoAppHostProcess.Start("--operation", "publish", "--output-path", "out");

        await appHost.ExitedAsync();

        Assert.NotEqual(0, appHost.ExitCode);
        Assert.Contains("no compute environment", Assert.Single(appHost.Lines), StringComparison.Ordinal);
    }

    private static void WriteProject(TemporaryFolder folder, string program)
    {
        File.WriteAllText(folder.Combine("Program.cs"), program);
        File.WriteAllText(folder.Combine("Sample.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
            </Project>
            """);
    }
}
