using System.Globalization;
using System.Text.Json;
using GenAI.Gateway.Errors;
using GenAI.Gateway.Images;

namespace GenAI.Gateway.StableDiffusionApi;

/// <summary>
/// Reads the body of <c>POST /generate</c> and finds everything wrong with it at once. An unknown member is refused: a mistyped <c>"step"</c>
/// would otherwise make another picture than the one asked for.
/// </summary>
internal sealed class GenerateReader
{
    private const int MaxText = 32_000;
    private const int MaxImages = 16;
    private const int LongestQuote = 100;

    private static readonly string[] Members =
    [
        "prompt", "negative_prompt", "width", "height", "num_inference_steps", "guidance_scale", "seed", "num_images_per_prompt", "output_format", "stream",
    ];

    private readonly JsonElement _body;
    private readonly List<(string Member, string Problem)> _problems = [];

    private GenerateReader(JsonElement body) => _body = body;

    public static (GenerateRequest? Request, ApiError? Error) Read(JsonElement body, ImageModel model)
    {
        if (body.ValueKind != JsonValueKind.Object)
            return (null, new ApiError(StatusCodes.Status400BadRequest, "invalid_request", $"The body must be a JSON object, got {body.ValueKind}."));

        var reader = new GenerateReader(body);
        var request = reader.Read(model);
        if (reader._problems is not [var first, ..] problems) return (request, null);
        return (null, new ApiError(StatusCodes.Status400BadRequest, "invalid_request", string.Join(' ', problems.Select(problem => problem.Problem))) { Param = first.Member });
    }

    private GenerateRequest Read(ImageModel model)
    {
        foreach (var member in _body.EnumerateObject().Where(member => !Members.Contains(member.Name)))
            Problem(Cut(member.Name), $"is not known; known are {string.Join(", ", Members)}", null);
        if (string.IsNullOrWhiteSpace(Text("prompt", ""))) Problem("prompt", "is required", null);

        var format = Text("output_format", model.Options.Formats[0]);
        if (!model.Options.Formats.Contains(format)) Problem("output_format", $"must be {string.Join(" or ", model.Options.Formats)}", Find("output_format"));
        return new GenerateRequest
        {
            Prompt = Text("prompt", ""),
            NegativePrompt = Text("negative_prompt", ""),
            Size = new ImageSize(Side("width"), Side("height")),
            Steps = (int)Whole("num_inference_steps", 28, 1, ImageWork.MaxSteps),
            Guidance = Real("guidance_scale", 4.5, 0, ImageWork.MaxGuidance),
            Seed = Find("seed") is null ? null : Whole("seed", 0, 0, long.MaxValue),
            Count = (int)Whole("num_images_per_prompt", 1, 1, MaxImages),
            Format = format,
            Stream = Flag("stream"),
        };
    }

    private string Text(string name, string absent)
    {
        if (Find(name) is not { } value) return absent;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= MaxText } text) return text;
        Problem(name, $"must be text of up to {MaxText} characters", value);
        return absent;
    }

    private int Side(string name)
    {
        var side = (int)Whole(name, 1024, ImageSize.Min, ImageSize.Max);
        if (side % ImageSize.Multiple != 0) Problem(name, $"must be a multiple of {ImageSize.Multiple}", Find(name));
        return side;
    }

    private long Whole(string name, long absent, long min, long max)
    {
        if (Find(name) is not { } value) return absent;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= min && number <= max) return number;
        Problem(name, $"must be a whole number from {min} to {max}", value);
        return absent;
    }

    private double Real(string name, double absent, double min, double max)
    {
        if (Find(name) is not { } value) return absent;
        if (value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && number >= min && number <= max) return number;
        Problem(name, string.Create(CultureInfo.InvariantCulture, $"must be a number from {min} to {max}"), value);
        return absent;
    }

    private bool Flag(string name)
    {
        if (Find(name) is not { } value) return false;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Problem(name, "must be true or false", value);
        return false;
    }

    /// <summary>A member that is null counts as absent.</summary>
    private JsonElement? Find(string name) =>
        _body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private void Problem(string name, string problem, JsonElement? value)
    {
        if (_problems.Any(known => known.Member == name)) return;
        _problems.Add((name, value is { } given ? $"{name} {problem}, got {Cut(given.GetRawText())}." : $"{name} {problem}."));
    }

    private static string Cut(string text) => text.Length <= LongestQuote ? text : string.Concat(text.AsSpan(0, LongestQuote), "…");
}
