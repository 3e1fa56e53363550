using FsCheck;
using FsCheck.Fluent;
using GenAI.Gateway.Access.Store;
using GenAI.Gateway.Access.Usage;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Access;

public sealed class UsageTests
{
    private const long Budget = 1000;
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Charges_never_pass_the_budget_and_refunds_never_give_more_than_it()
    {
        // Positive: a charge; negative: a refund, of something charged or not.
        Prop.ForAll(Arb.From(Gen.Choose(-600, 600).ArrayOf(60)), steps =>
        {
            var day = new DayUsage(DateOnly.FromDateTime(Now.UtcDateTime));
            foreach (var step in steps)
            {
                var before = day.Amount.PixelSteps;
                var amount = new UsageAmount(0, 1, 1, Math.Abs(step));
                if (step < 0) day.Refund(amount);
                else if (day.TryAdd(amount, Budget) != (before + step <= Budget)) return false;
                if (day.Amount is not { PixelSteps: >= 0 and <= Budget, Jobs: >= 0, Images: >= 0 }) return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Threads_that_charge_at_once_share_one_budget()
    {
        var usage = new KeyUsage("k");
        var accepted = 0;

        Parallel.For(0, 500, _ =>
        {
            if (usage.TryCharge(new UsageAmount(0, 1, 1, 10), Budget, Now)) Interlocked.Increment(ref accepted);
        });

        Assert.Equal(100, accepted);
        Assert.Equal(new UsageAmount(0, 100, 100, Budget), usage.Today(Now).Amount);
    }

    [Fact]
    public void A_new_day_begins_at_midnight_UTC_with_the_whole_budget()
    {
        var usage = new KeyUsage("k");
        Assert.True(usage.TryCharge(new UsageAmount(0, 1, 1, Budget), Budget, Now));
        Assert.False(usage.TryCharge(new UsageAmount(0, 1, 1, 1), Budget, Now.AddHours(11.9)));

        Assert.True(usage.TryCharge(new UsageAmount(0, 1, 1, Budget), Budget, Now.AddHours(12)));
    }

    [Fact]
    public async Task Two_ledgers_on_one_store_learn_of_each_other_and_lose_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var database = new SqliteAccessDatabase(folder.Combine("access.db"));
        var store = new AccessStore(database);
        var today = DateOnly.FromDateTime(Now.UtcDateTime);
        await store.OpenAsync(today, Token);
        var (a, b) = (new UsageLedger(), new UsageLedger());
        a.Of("k").TryCharge(new UsageAmount(0, 1, 2, 300), Budget, Now);
        b.Of("k").TryCharge(new UsageAmount(0, 1, 1, 500), Budget, Now);

        foreach (var ledger in new[] { a, b, a, b }) await ledger.WriteAsync(store, Token);
        Assert.Equal(800, b.Of("k").Today(Now).Amount.PixelSteps);
        a.Of("k").Today(Now).CountRequest();
        await a.WriteAsync(store, Token);

        Assert.Equal(new UsageAmount(1, 2, 3, 800), a.Of("k").Today(Now).Amount);
        Assert.Equal(new UsageEntry("k", today, new UsageAmount(1, 2, 3, 800)), Assert.Single(await store.ReadUsageAsync(today, "k", Token)));
    }
}
