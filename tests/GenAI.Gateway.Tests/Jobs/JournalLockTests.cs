using GenAI.Gateway.Jobs.Journal;
using GenAI.Gateway.Jobs.Journal.Sqlite;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Jobs;

public sealed class JournalLockTests
{
    [Fact]
    public void A_lock_whose_folder_is_gone_is_released()
    {
        var folder = new TemporaryFolder();
        var held = JournalLock.Take(folder.Combine("jobs.db"));
        folder.Dispose();

        held.Dispose();
    }

    [Fact]
    public async Task A_disk_without_room_is_no_other_process()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 1, TestContext.Current.CancellationToken);
        await disk.FillAsync(TestContext.Current.CancellationToken);
        var journal = Path.Combine(disk.Path, "jobs.db");

        using (JournalLock.Take(journal)) Assert.Contains("is in use", Assert.Throws<JournalException>(() => JournalLock.Take(journal)).Message);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_no_other_process()
    {
        // Also root may make no file there.
        var refused = Assert.Throws<JournalException>(() => JournalLock.Take("/proc/1/fdinfo/jobs.db"));

        Assert.Contains("writable", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("in use", refused.Message, StringComparison.Ordinal);
    }
}
