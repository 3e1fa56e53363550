using GenAI.Contracts;
using GenAI.Gateway.Routing;

namespace GenAI.Gateway.Errors;

/// <summary>Which shape an error takes, by the address that the request went to.</summary>
internal sealed class ErrorShapes(Fleet fleet)
{
    private static readonly OpenAIErrorShape OpenAI = new();
    private static readonly ComfyUIErrorShape ComfyUI = new();
    private static readonly Automatic1111ErrorShape Automatic1111 = new();
    private static readonly ProblemDetailsShape Problem = new();

    public IErrorShape For(PathString path)
    {
        if (path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase)) return OpenAI;
        if (path.StartsWithSegments("/sdapi", StringComparison.OrdinalIgnoreCase)) return Automatic1111;
        return ModelPaths.ModelName(path) is { } name
            && fleet.Current.TryGetModel(name, out var model)
            && model.Dialect == ModelDialect.ComfyUI
            ? ComfyUI
            : Problem;
    }
}
