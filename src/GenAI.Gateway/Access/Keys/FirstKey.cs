using GenAI.Contracts.Access;
using GenAI.Gateway.Access.Store;
using GenAI.Gateway.Jobs;
using Microsoft.Extensions.Options;

namespace GenAI.Gateway.Access.Keys;

/// <summary>
/// The key with which the others are made. There is no default: it is the one of <c>GENAI_ADMIN_KEY</c>, or, where there is no key at all,
/// a new one in a file that only the gateway's user may read. It is never logged: logs are collected and read by many.
/// </summary>
internal sealed partial class FirstKey(
    AccessStore store, IConfiguration configuration, IOptions<JobOptions> options, TimeProvider clock,
    ILogger<FirstKey> logger)
{
    public const string FileName = "first-admin-key";

    public string File => Path.GetFullPath(Path.Combine(options.Value.Folder, FileName));

    /// <exception cref="AccessStoreException">The key cannot be kept.</exception>
    public async Task EnsureAsync(IReadOnlyList<ApiKey> keys, CancellationToken cancellationToken)
    {
        if (configuration[AccessOptions.AdminKeySetting] is { Length: > 0 } given) await TakeAsync(given, keys, cancellationToken);
        else if (keys.Count == 0) await GenerateAsync(cancellationToken);
    }

    private async Task TakeAsync(string secret, IReadOnlyList<ApiKey> keys, CancellationToken cancellationToken)
    {
        var key = Admin(secret, $"admin, from {AccessOptions.AdminKeySetting}");
        var known = keys.FirstOrDefault(one => one.Id == key.Id);
        if (known is null)
        {
            if (await store.AddAsync(key, cancellationToken)) LogTaken(key.Id);
        }
        else if (known.RevokedAt is not null || !known.Matches(key.Hash.AsSpan(), clock.GetUtcNow()))
        {
            LogOutOfDate(key.Id, known.RevokedAt is null ? "rotated" : "revoked");
        }
    }

    private async Task GenerateAsync(CancellationToken cancellationToken)
    {
        var secret = ApiKeyFormat.NewKey(ApiKeyFormat.NewId());
        var key = Admin(secret, "first admin");
        // Written before it counts: a key that counts and nobody has cannot be mended from outside. Under a name of its own, since another
        // gateway that shares the folder may be about to do the same.
        var drawn = $"{File}.{key.Id}";
        Write(drawn, secret);
        if (await store.AddFirstAsync(key, cancellationToken))
        {
            System.IO.File.Move(drawn, File, overwrite: true);
            LogGenerated(File);
        }
        else
        {
            System.IO.File.Delete(drawn);
        }
    }

    private static void Write(string file, string secret)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            System.IO.File.Delete(file);
            var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var writer = new StreamWriter(file, mode);
            writer.WriteLine(secret);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AccessStoreException(
                $"The first admin key cannot be written to {file}: {exception.Message} "
                + $"Make the folder writable ({JobOptions.Section}:Folder), or give a key in {AccessOptions.AdminKeySetting}.", exception);
        }
    }

    private ApiKey Admin(string secret, string name)
    {
        ApiKeyFormat.TryGetId(secret, out var id);
        return new ApiKey
        {
            Id = id.ToString(),
            Name = name,
            Shown = ApiKeyFormat.ShownPart(secret),
            Hash = ApiKey.HashOf(secret),
            Scopes = ScopeNames.All,
            CreatedAt = clock.GetUtcNow(),
        };
    }

    [LoggerMessage(1, LogLevel.Warning, "There was no API key, so a first admin key was made. It is in {File}: read it, make other keys with it, and delete the file.")]
    private partial void LogGenerated(string file);

    [LoggerMessage(2, LogLevel.Information, "GENAI_ADMIN_KEY is now API key {Id}")]
    private partial void LogTaken(string id);

    [LoggerMessage(3, LogLevel.Warning, "GENAI_ADMIN_KEY names API key {Id}, which has been {Ended} since; it stays so, and the setting does nothing")]
    private partial void LogOutOfDate(string id, string ended);
}
