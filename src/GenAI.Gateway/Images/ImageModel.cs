using GenAI.Contracts;
using GenAI.Gateway.Errors;

namespace GenAI.Gateway.Images;

/// <summary>A model that makes images by name, with how it does.</summary>
internal sealed record ImageModel(
    string Name, ModelDialect Dialect, string Checkpoint, ImageModelOptions Options, IReadOnlyDictionary<WorkflowKind, WorkflowTemplate> Templates)
{
    public bool Can(WorkflowKind kind) => Dialect == ModelDialect.ComfyUI ? Templates.ContainsKey(kind) : kind == WorkflowKind.TextToImage;

    /// <summary>Null when it can.</summary>
    public ApiError? CheckCan(WorkflowKind kind) => Can(kind)
        ? null
        : new ApiError(StatusCodes.Status400BadRequest, "unsupported_model", kind == WorkflowKind.Inpainting
            ? $"The model '{Name}' cannot change a part of an image: it has no {nameof(ImageModelOptions.InpaintTemplate)}. Leave the mask out, or take another model."
            : $"The model '{Name}' makes images of texts only: it has no {nameof(ImageModelOptions.ImageTemplate)}. Take another model.") { Param = "model" };
}
