using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace GenAI.Compat.Tests.Aspire;

public sealed class CommandTests
{
    [Fact]
    public async Task A_command_is_run_for_its_resource_and_may_fail_in_words_or_by_throwing()
    {
        await using var app = new TestApplication();
        app.AddScript("worker", "sleep 60")
            .WithCommand("greet", "Greet", context => Task.FromResult(CommandResults.Success($"hello {context.ResourceName}")))
            .WithCommand("refuse", "Refuse", _ => Task.FromResult(CommandResults.Failure("not today")))
            .WithCommand("break", "Break", _ => throw new InvalidOperationException("broken"));
        await app.StartAsync();
        var id = app.Current("worker").ResourceId;

        var greeted = await app.App.ResourceCommands.ExecuteCommandAsync("worker", "greet", app.Cancellation);
        var refused = await app.App.ResourceCommands.ExecuteCommandAsync(id, "refuse", app.Cancellation);
        var broken = await app.App.ResourceCommands.ExecuteCommandAsync("worker", "break", app.Cancellation);
        var unknown = await app.App.ResourceCommands.ExecuteCommandAsync("worker", "dance", app.Cancellation);

        Assert.Equal((true, $"hello {id}"), (greeted.Success, greeted.Message));
        Assert.Equal((false, "not today"), (refused.Success, refused.Message));
        Assert.Equal((false, "broken"), (broken.Success, broken.Message));
        Assert.Equal((false, "Command 'dance' is not available for resource 'worker'."), (unknown.Success, unknown.Message));
    }

    [Fact]
    public async Task A_command_of_the_same_name_takes_the_earlier_ones_place()
    {
        await using var app = new TestApplication();
        app.AddScript("worker", "sleep 60")
            .WithCommand("greet", "Greet", _ => Task.FromResult(CommandResults.Failure("the first")))
            .WithCommand("greet", "Greet", _ => Task.FromResult(CommandResults.Success("the second")));
        await app.StartAsync();

        Assert.Equal("the second", (await app.App.ResourceCommands.ExecuteCommandAsync("worker", "greet", app.Cancellation)).Message);
    }

    [Theory]
    [InlineData("Running", "Hidden", "Enabled", "Enabled")]
    [InlineData("Finished", "Enabled", "Hidden", "Disabled")]
    [InlineData("NotStarted", "Enabled", "Hidden", "Disabled")]
    [InlineData("Waiting", "Enabled", "Hidden", "Disabled")]
    [InlineData("Starting", "Disabled", "Hidden", "Disabled")]
    [InlineData("Stopping", "Hidden", "Disabled", "Disabled")]
    public void What_starts_and_stops_a_resource_can_be_run_when_it_makes_sense(string state, string start, string stop, string restart) =>
        Assert.Equal((start, stop, restart), ($"{LifecycleCommands.StartState(state)}", $"{LifecycleCommands.StopState(state)}", $"{LifecycleCommands.RestartState(state)}"));
}
