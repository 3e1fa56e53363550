using System.Text.Json;
using GenAI.ModelServer.Imaging;

namespace GenAI.ModelServer.StableDiffusion;

/// <summary>
/// Reads the body of <c>POST /generate</c> and finds everything wrong with it at once, by member. An unknown member is refused:
/// a mistyped <c>"step"</c> would otherwise make another picture than the one asked for.
/// </summary>
internal sealed class GenerateReader
{
    private static readonly string[] Members =
    [
        "prompt", "negative_prompt", "width", "height", "num_inference_steps", "guidance_scale", "seed", "num_images_per_prompt", "output_format",
    ];

    /// <summary>Characters of the client's that a message repeats.</summary>
    private const int Longest = 100;

    private const int UnknownMembersReported = 10;

    private readonly JsonElement _body;
    private readonly LimitOptions _limits;
    private readonly Dictionary<string, string[]> _problems = new(StringComparer.Ordinal);

    private GenerateReader(JsonElement body, LimitOptions limits) => (_body, _limits) = (body, limits);

    public static (GenerateRequest? Request, IDictionary<string, string[]> Problems) Read(JsonElement body, LimitOptions limits)
    {
        var reader = new GenerateReader(body, limits);
        var request = reader.Read();
        return (reader._problems.Count == 0 ? request : null, reader._problems);
    }

    private GenerateRequest Read()
    {
        var defaults = new GenerateRequest { Prompt = "" };
        foreach (var member in _body.EnumerateObject().Where(member => !Members.Contains(member.Name)).Take(UnknownMembersReported))
            Problem(Cut(member.Name), $"is not known; known are {string.Join(", ", Members)}", null);
        if (Find("prompt") is null) Problem("prompt", "is required", null);

        var request = new GenerateRequest
        {
            Prompt = Text("prompt", ""),
            NegativePrompt = Text("negative_prompt", defaults.NegativePrompt),
            Width = Side("width", defaults.Width),
            Height = Side("height", defaults.Height),
            NumInferenceSteps = (int)Whole("num_inference_steps", (ulong)defaults.NumInferenceSteps, ImagingLimits.MinSteps, (ulong)_limits.Steps),
            GuidanceScale = Real("guidance_scale", defaults.GuidanceScale, 0, ImagingLimits.MaxCfg),
            Seed = Find("seed") is null ? null : Whole("seed", 0, 0, ulong.MaxValue),
            NumImagesPerPrompt = (int)Whole("num_images_per_prompt", (ulong)defaults.NumImagesPerPrompt, 1, (ulong)_limits.Batch),
            OutputFormat = Text("output_format", defaults.OutputFormat),
        };
        if (request.OutputFormat != "png") Problem("output_format", "must be png", Find("output_format"));
        if (_problems.Count == 0) CheckWork(request);
        return request;
    }

    private void CheckWork(GenerateRequest request)
    {
        var pixels = (long)request.Width * request.Height * request.NumImagesPerPrompt;
        if (pixels > ImagingLimits.MaxBatchPixels)
            Problem("num_images_per_prompt", $"makes {pixels} pixels of that size; one request may make {ImagingLimits.MaxBatchPixels}", null);
        else if (pixels * request.NumInferenceSteps > _limits.PixelSteps)
            Problem("num_inference_steps", $"makes {pixels * request.NumInferenceSteps} pixel-steps; one request may use {_limits.PixelSteps}", null);
    }

    private string Text(string name, string absent)
    {
        if (Find(name) is not { } value) return absent;
        if (value.ValueKind == JsonValueKind.String && value.GetString()!.Length <= _limits.TextLength) return value.GetString()!;
        Problem(name, $"must be text of up to {_limits.TextLength} characters", value);
        return absent;
    }

    private int Side(string name, int absent)
    {
        var side = (int)Whole(name, (ulong)absent, ImagingLimits.MinSide, (ulong)_limits.Side);
        if (side % ImagingLimits.SideMultiple == 0) return side;
        Problem(name, $"must be a multiple of {ImagingLimits.SideMultiple}", Find(name));
        return absent;
    }

    private ulong Whole(string name, ulong absent, ulong min, ulong max)
    {
        if (Find(name) is not { } value) return absent;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var number) && number >= min && number <= max) return number;
        Problem(name, $"must be a whole number from {min} to {max}", value);
        return absent;
    }

    private double Real(string name, double absent, double min, double max)
    {
        if (Find(name) is not { } value) return absent;
        if (value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && number >= min && number <= max) return number;
        Problem(name, $"must be a number from {min} to {max}", value);
        return absent;
    }

    /// <summary>A member that is null counts as absent.</summary>
    private JsonElement? Find(string name) =>
        _body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private void Problem(string name, string problem, JsonElement? value)
    {
        var text = value is { } given ? Cut(given.GetRawText()) : null;
        _problems.TryAdd(name, [text is null ? $"{name} {problem}." : $"{name} {problem}, got {text}."]);
    }

    private static string Cut(string text) => text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "…");
}
