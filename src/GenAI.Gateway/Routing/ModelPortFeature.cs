namespace GenAI.Gateway.Routing;

/// <summary>Marks a request that came in on a model's own port: its path has grown by the model's prefix.</summary>
internal sealed class ModelPortFeature
{
    public static ModelPortFeature Instance { get; } = new();

    private ModelPortFeature()
    {
    }
}
