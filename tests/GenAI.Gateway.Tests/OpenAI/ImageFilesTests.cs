using GenAI.Gateway.OpenAI;
using GenAI.Gateway.OpenAI.Images;
using GenAI.Testing;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Tests.OpenAI;

public sealed class ImageFilesTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void An_image_is_found_by_its_id_until_its_time_is_over()
    {
        var files = Files(bytes: 1000);
        var id = files.Add([1, 2, 3]);

        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal([1, 2, 3], files.Find(id)!);
        Assert.Null(files.Find(id.ToUpperInvariant()));

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(files.Find(id));
    }

    [Fact]
    public void When_memory_is_full_the_oldest_go()
    {
        var files = Files(bytes: 10);
        var first = files.Add(new byte[4]);
        var second = files.Add(new byte[4]);
        var third = files.Add(new byte[4]);

        Assert.Null(files.Find(first));
        Assert.NotNull(files.Find(second));
        Assert.NotNull(files.Find(third));
    }

    [Fact]
    public void Ids_are_256_bits_and_never_the_same()
    {
        var files = Files(bytes: 1000);

        var ids = Enumerable.Range(0, 100).Select(_ => files.Add([0])).ToArray();

        Assert.Equal(100, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{64}$", id));
    }

    [Theory]
    [InlineData(7, 2, 9)]
    [InlineData(long.MaxValue, 1, 0)]
    [InlineData(long.MaxValue, 2, 1)]
    public void The_seeds_of_a_batch_follow_each_other_and_are_never_negative(long seed, int index, long expected) =>
        Assert.Equal(expected, SeedSequence.At(seed, index));

    private ImageFiles Files(long bytes) => new(Options.Create(new OpenAIOptions { ImageStoreBytes = bytes }), _clock);
}
