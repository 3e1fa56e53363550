using GenAI.Gateway.ComfyUI.Sockets;
using GenAI.Gateway.ComfyUI.Uploads;

namespace GenAI.Gateway.ComfyUI;

/// <summary>Limits of the virtual ComfyUI; configuration section <c>GenAI:ComfyUI</c>.</summary>
internal sealed class ComfyUIOptions
{
    public const string Section = "GenAI:ComfyUI";

    /// <summary>The largest body of a request that is JSON, in bytes.</summary>
    public long MaxJsonBytes { get; set; } = 32L << 20;

    /// <summary>The most nodes that a workflow may have.</summary>
    public int MaxNodes { get; set; } = 5000;

    /// <summary>The most jobs that one answer of <c>/queue</c> or <c>/history</c> lists with their workflows.</summary>
    public int MaxListedJobs { get; set; } = 500;

    /// <summary>An answer that lists workflows stops after the one with which it reaches so many bytes.</summary>
    public long MaxListedBytes { get; set; } = 64L << 20;

    /// <summary>How often an instance is asked again which node classes and models it has.</summary>
    public TimeSpan CapabilityInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an instance may take to say what it has, or to make a preview.</summary>
    public TimeSpan InstanceTimeout { get; set; } = TimeSpan.FromSeconds(15);

    public UploadOptions Uploads { get; set; } = new();

    public SocketOptions Sockets { get; set; } = new();
}
