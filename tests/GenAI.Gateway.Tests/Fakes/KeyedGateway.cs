using System.Net.Http.Headers;
using GenAI.Contracts.Access;
using GenAI.Gateway.Access.Keys;
using GenAI.Testing;

namespace GenAI.Gateway.Tests.Fakes;

/// <summary>The real gateway that asks for keys, with a store of its own and the first admin key as an operator finds it.</summary>
internal sealed class KeyedGateway : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string?> _settings;
    private readonly TimeProvider? _clock;

    private KeyedGateway(Dictionary<string, string?>? settings, TimeProvider? clock)
    {
        _clock = clock;
        _settings = new(settings ?? [], StringComparer.Ordinal);
        _settings.TryAdd("API_AUTH_ENABLED", "true");
        _settings.TryAdd("GenAI:Gateway:Jobs:Folder", _folder.Path);
        Gateway = TestGateway.Start(settings: _settings, clock: clock);
        AdminKey = File.Exists(FirstKeyFile) ? File.ReadAllText(FirstKeyFile).Trim() : "";
    }

    public TestGateway Gateway { get; private set; }

    public string AdminKey { get; }

    public string Folder => _folder.Path;

    public string FirstKeyFile => _folder.Combine(FirstKey.FileName);

    public static KeyedGateway Start(Dictionary<string, string?>? settings = null, TimeProvider? clock = null) => new(settings, clock);

    /// <summary>Stops it and starts it on the same store.</summary>
    public async Task RestartAsync()
    {
        await Gateway.DisposeAsync();
        Gateway = TestGateway.Start(settings: _settings, clock: _clock);
    }

    public HttpClient Connect(string? key, Uri? address = null)
    {
        var client = Gateway.Connect(address);
        if (key is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async Task<IssuedKey> CreateKeyAsync(CreateKeyRequest request, CancellationToken cancellationToken)
    {
        using var http = Connect(AdminKey);
        return await new AccessClient(http).CreateKeyAsync(request with { Name = request.Name ?? "test" }, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _folder.Dispose();
    }
}
