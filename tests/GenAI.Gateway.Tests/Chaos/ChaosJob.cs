using System.Text.Json.Nodes;

namespace GenAI.Gateway.Tests.Chaos;

/// <summary>A job of a <see cref="ChaosClient"/>, and what the client was told of it.</summary>
/// <param name="prefix">Of its file, by which it is known on the instances' disks.</param>
internal sealed class ChaosJob(string prefix)
{
    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _succeeded;
    private bool _finished;

    public string Id { get; } = Guid.NewGuid().ToString("D");

    public string Prefix => prefix;

    /// <summary>Names of files as they were told, one by one.</summary>
    public List<string> Files { get; } = [];

    /// <summary>What was heard of it, for a failure's message.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>The client has heard its picture's name, that it succeeded, and that it is over; fails when it did not succeed.</summary>
    public Task Seen => _seen.Task;

    /// <summary>The client's first hearing that it is over frees its place.</summary>
    /// <returns>True the first time.</returns>
    public bool Hear(string type, JsonObject data)
    {
        lock (Heard)
        {
            var wasFinished = _finished;
            if (type is not ("progress" or "progress_state")) Heard.Add(type == "executing" ? $"executing {data["node"] ?? "-"}" : type);
            switch (type)
            {
                case "executed":
                    Files.AddRange(data["output"]!["images"]!.AsArray().Select(image => image!["filename"]!.ToString()));
                    break;
                case "execution_success":
                    _succeeded = true;
                    break;
                case "execution_error" or "execution_interrupted":
                    _seen.TrySetException(new InvalidOperationException($"{prefix} ({Id}) ended with {type}: {data.ToJsonString()}"));
                    break;
                case "executing" when data["node"] is null:
                    _finished = true;
                    break;
            }

            if (_succeeded && _finished && Files.Count > 0) _seen.TrySetResult();
            return _finished && !wasFinished;
        }
    }

    public override string ToString()
    {
        lock (Heard) return $"{prefix} {Id}: {string.Join(", ", Heard)}";
    }
}
