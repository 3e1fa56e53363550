using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;

namespace GenAI.Gateway.Automatic1111;

/// <summary>How this API names models: clients send back what <c>sd-models</c> has shown them, or the checkpoint's file name.</summary>
internal static class ModelTitles
{
    public static string Of(ImageModel model) => $"{model.Name} [{model.Checkpoint}]";

    /// <summary>By name, title or checkpoint.</summary>
    public static ImageModel? Find(ImageModels models, string text) =>
        models.Find(text) ?? models.All.FirstOrDefault(model => Of(model).Equals(text, StringComparison.OrdinalIgnoreCase))
        ?? models.All.FirstOrDefault(model => model.Checkpoint.Equals(text, StringComparison.OrdinalIgnoreCase)
            || Path.GetFileNameWithoutExtension(model.Checkpoint).Equals(text, StringComparison.OrdinalIgnoreCase));

    public static ApiError NotFound(ImageModels models, string text) =>
        new(StatusCodes.Status422UnprocessableEntity, "model_not_found",
            $"There is no model '{text}'; there are {string.Join(", ", models.All.Select(model => model.Name))}.") { Param = SettingNames.Checkpoint };
}
