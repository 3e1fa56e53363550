using GenAI.Gateway.Jobs;
using GenAI.Gateway.Jobs.Journal;
using GenAI.Gateway.Jobs.Journal.Sqlite;
using GenAI.Gateway.Tests.Fakes;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Jobs;

public sealed class SqliteJournalTests : JournalContractTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.Combine("state", "jobs.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_second_gateway_is_kept_off_and_told_who_has_it()
    {
        await using var journal = await OpenAsync();
        var refused = await Assert.ThrowsAsync<JournalException>(() => new SqliteJournal(FilePath).OpenAsync(Cancelled));
        Assert.Contains($"process {Environment.ProcessId}", refused.Message);
    }

    [Fact]
    public async Task A_damaged_file_is_named_with_what_to_do()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        await File.WriteAllTextAsync(FilePath, new string('x', 5000), Cancelled);
        var refused = await Assert.ThrowsAsync<JournalException>(() => new SqliteJournal(FilePath).OpenAsync(Cancelled));
        Assert.Contains("move it away", refused.Message);
        Assert.Contains(FilePath, refused.Message);
    }

    [Fact]
    public async Task A_full_disk_refuses_what_comes_keeps_what_was_accepted_and_recovers()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 4, Cancelled);
        var filler = Path.Combine(disk.Path, "filler");
        await File.WriteAllBytesAsync(filler, new byte[2 << 20], Cancelled);
        await using var journal = new SqliteJournal(Path.Combine(disk.Path, "jobs.db"));
        await journal.OpenAsync(Cancelled);
        var kept = new List<Job>();
        var refused = await Assert.ThrowsAsync<JournalException>(async () =>
        {
            for (var i = 0; i < 1000; i++) kept.Add((await journal.AcceptAsync([new NewJob(Make(), new byte[100_000])], Cancelled))[0].Job);
        });
        Assert.Contains("is full", refused.Message);
        Assert.NotEmpty(kept);

        File.Delete(filler);
        await AcceptAsync(journal, Make());
        Assert.Equal(kept.Count + 1, (await journal.ListAsync(new JobQuery(), Cancelled)).Total);
    }

    private protected override async Task<IJobJournal> OpenAsync()
    {
        var journal = new SqliteJournal(FilePath);
        await journal.OpenAsync(Cancelled);
        return journal;
    }
}
