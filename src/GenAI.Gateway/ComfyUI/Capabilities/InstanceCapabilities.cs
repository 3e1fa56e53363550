#pragma warning disable CA1822, IDE0060, IDE0051, MA0025 // Outline only: the body follows.
using GenAI.Gateway.Jobs;

namespace GenAI.Gateway.ComfyUI.Capabilities;

/// <summary>Which node classes and model files each instance has, as its <c>/object_info</c> says.</summary>
internal sealed class InstanceCapabilities
{
    /// <summary>Raised after what is known of an instance has changed.</summary>
    public event EventHandler? Changed;

    /// <summary>
    /// The first node class or model file that the instance lacks; null when it has all, or when it is not known (yet) what it has.
    /// </summary>
    public string? FirstMissing(string instanceId, JobDemand demand) => null;

    private void OnChanged() => Changed?.Invoke(this, EventArgs.Empty);
}
