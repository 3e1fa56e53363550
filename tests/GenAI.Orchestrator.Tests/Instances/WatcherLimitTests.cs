using GenAI.Orchestrator.Instances;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GenAI.Orchestrator.Tests.Instances;

public sealed class WatcherLimitTests
{
    [Fact]
    public void A_place_that_is_given_back_is_free_again()
    {
        var limit = new WatcherLimit(Options.Create(new InstancesOptions { MaxWatchers = 1 }));
        var place = limit.TryEnter();
        Assert.NotNull(place);
        Assert.Null(limit.TryEnter());

        place.Dispose();
        place.Dispose();

        Assert.NotNull(limit.TryEnter());
        Assert.Null(limit.TryEnter());
    }

    [Fact]
    public void A_watch_that_ends_after_the_host_gives_its_place_back_all_the_same()
    {
        var services = new ServiceCollection().AddSingleton<WatcherLimit>().AddOptions().BuildServiceProvider();
        var place = services.GetRequiredService<WatcherLimit>().TryEnter();
        services.Dispose();

        Assert.Null(Record.Exception(() => place!.Dispose()));
    }
}
