using System.Text.Json.Nodes;

namespace GenAI.ModelServer.Tests.ComfyUI;

public sealed class HistoryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_entry_has_comfyuis_members()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        var id = await server.Http.SubmitAsync(Workflows.Plain(), "me");

        var entry = await server.Http.WaitAsync(id);

        Assert.Equal(["prompt", "outputs", "status", "meta"], entry.AsObject().Select(member => member.Key));
        Assert.Equal(id, entry["prompt"]![1]!.GetValue<string>());
        Assert.Equal("output", entry.Images("2").Single()!["type"]!.GetValue<string>());
        Assert.Equal("2", entry["meta"]!["2"]!["display_node"]!.GetValue<string>());
        Assert.Equal(
            ["execution_start", "execution_cached", "execution_success"],
            entry["status"]!["messages"]!.AsArray().Select(message => message![0]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_unknown_job_is_an_empty_object()
    {
        await using var server = await RunningServer.ComfyUIAsync();

        Assert.Equal("{}", await server.Http.GetStringAsync("api/history/unknown", Cancel));
    }

    [Fact]
    public async Task Pages_are_counted_from_the_oldest_or_taken_from_the_end()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        var ids = await RunAsync(server, 4);

        Assert.Equal(ids, await PageAsync(server, ""));
        Assert.Equal(ids[2..], await PageAsync(server, "?max_items=2"));
        Assert.Equal(ids[1..3], await PageAsync(server, "?max_items=2&offset=1"));
        Assert.Equal(ids[3..], await PageAsync(server, "?offset=3"));
        Assert.Empty(await PageAsync(server, "?offset=9"));
    }

    [Theory]
    [InlineData("?max_items=many")]
    [InlineData("?max_items=-1")]
    [InlineData("?offset=1.5")]
    public async Task A_page_that_is_none_is_refused(string query)
    {
        await using var server = await RunningServer.ComfyUIAsync();

        using var response = await server.Http.GetAsync($"history{query}", Cancel);

        Assert.Equal(400, (int)response.StatusCode);
    }

    [Fact]
    public async Task Entries_can_be_deleted_one_by_one_or_all()
    {
        await using var server = await RunningServer.ComfyUIAsync();
        var ids = await RunAsync(server, 3);

        await server.Http.PostJsonAsync("history", new JsonObject { ["delete"] = new JsonArray(ids[1], "unknown") });
        Assert.Equal([ids[0], ids[2]], await PageAsync(server, ""));

        await server.Http.PostJsonAsync("history", new JsonObject { ["clear"] = true });
        Assert.Empty(await PageAsync(server, ""));
    }

    [Fact]
    public async Task The_oldest_entries_go_first()
    {
        await using var server = await RunningServer.ComfyUIAsync("--ModelServer:Jobs:HistoryCount", "2");
        var ids = await RunAsync(server, 3);

        Assert.Equal(ids[1..], await PageAsync(server, ""));
    }

    private static async Task<string[]> RunAsync(RunningServer server, int count)
    {
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            ids.Add(await server.Http.SubmitAsync(Workflows.Plain(i)));
            await server.Http.WaitAsync(ids[^1]);
        }

        return [.. ids];
    }

    private static async Task<IEnumerable<string>> PageAsync(RunningServer server, string query) =>
        (await server.Http.GetJsonAsync($"history{query}")).AsObject().Select(entry => entry.Key);
}
