using GenAI.ModelServer.ComfyUI.Files;
using GenAI.ModelServer.ComfyUI.Sockets;
using GenAI.ModelServer.Jobs;
using GenAI.ModelServer.Models;

namespace GenAI.ModelServer;

/// <summary>Everything an operator can set, under <c>ModelServer:</c> in the configuration. See <see cref="CommandLine.Help"/>.</summary>
internal sealed class ModelServerOptions
{
    public const string Section = "ModelServer";

    /// <summary>The model's name in the catalogue, as metrics and <c>/system_stats</c> show it.</summary>
    public string Model { get; set; } = "";

    /// <summary>One of <see cref="Dialects"/>.</summary>
    public string Dialect { get; set; } = "";

    /// <summary>Tells instances of one model apart in metrics; the model's name when not set.</summary>
    public string Instance { get; set; } = "";

    /// <summary>How long the process may take to stop, the running job included.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public ModelLibraryOptions Models { get; set; } = new();

    public JobOptions Jobs { get; set; } = new();

    public LimitOptions Limits { get; set; } = new();

    public FolderOptions Folders { get; set; } = new();

    public SocketOptions Sockets { get; set; } = new();
}
