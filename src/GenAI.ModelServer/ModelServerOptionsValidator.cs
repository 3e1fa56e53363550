using GenAI.ModelServer.Imaging;
using Microsoft.Extensions.Options;

namespace GenAI.ModelServer;

/// <summary>Finds everything wrong with the settings at once, each with the value found and what was expected.</summary>
internal sealed class ModelServerOptionsValidator : IValidateOptions<ModelServerOptions>
{
    public ValidateOptionsResult Validate(string? name, ModelServerOptions options)
    {
        var problems = new List<string>();
        if (options.Model.Length == 0) problems.Add("--model is required.");
        else if (!IsName(options.Model)) problems.Add($"--model must be letters, digits, '-', '_' and '.', got '{options.Model}'.");
        if (options.Dialect.Length == 0) problems.Add($"--dialect is required: {string.Join(" or ", Dialects.All)}.");
        else if (!Dialects.All.Contains(options.Dialect)) problems.Add($"--dialect must be {string.Join(" or ", Dialects.All)}, got '{options.Dialect}'.");

        var (jobs, limits, sockets, models, folders) = (options.Jobs, options.Limits, options.Sockets, options.Models, options.Folders);
        AtLeast("ShutdownTimeout", options.ShutdownTimeout, TimeSpan.Zero);
        AtLeast("Jobs:QueueCapacity", jobs.QueueCapacity, 1);
        AtLeast("Jobs:QueueBytes", jobs.QueueBytes, limits.JsonBytes);
        AtLeast("Jobs:TimeLimit", jobs.TimeLimit, TimeSpan.FromMilliseconds(1));
        AtLeast("Jobs:DrainTime", jobs.DrainTime, TimeSpan.Zero);
        AtLeast("Jobs:HistoryCount", jobs.HistoryCount, 1);
        AtLeast("Jobs:HistoryBytes", jobs.HistoryBytes, 1);
        AtLeast("Jobs:NodeCacheBytes", jobs.NodeCacheBytes, 0);
        Between("Limits:Side", limits.Side, ImagingLimits.MinSide, ImagingLimits.MaxSide);
        Between("Limits:Steps", limits.Steps, ImagingLimits.MinSteps, ImagingLimits.MaxSteps);
        Between("Limits:Batch", limits.Batch, 1, ImagingLimits.MaxBatch);
        Between("Limits:TextLength", limits.TextLength, 1, ImagingLimits.MaxPromptLength);
        Between("Limits:Nodes", limits.Nodes, 1, 10_000);
        AtLeast("Limits:PixelSteps", limits.PixelSteps, 1);
        Between("Limits:JsonBytes", limits.JsonBytes, 1, int.MaxValue);
        Between("Limits:UploadBytes", limits.UploadBytes, 1, int.MaxValue);
        AtLeast("Sockets:MaxConnections", sockets.MaxConnections, 1);
        AtLeast("Sockets:MaxMessageBytes", sockets.MaxMessageBytes, 1);
        AtLeast("Sockets:QueuedMessages", sockets.QueuedMessages, 1);
        AtLeast("Sockets:QueuedBytes", sockets.QueuedBytes, 1);
        AtLeast("Sockets:SendTimeout", sockets.SendTimeout, TimeSpan.FromMilliseconds(1));
        AtLeast("Sockets:PingInterval", sockets.PingInterval, TimeSpan.FromMilliseconds(1));
        AtLeast("Sockets:PingTimeout", sockets.PingTimeout, TimeSpan.FromMilliseconds(1));
        AtLeast("Sockets:PreviewInterval", sockets.PreviewInterval, TimeSpan.Zero);
        AtLeast("Models:LoadTime", models.LoadTime, TimeSpan.Zero);
        AtLeast("Models:StepTime", models.StepTime, TimeSpan.Zero);
        AtLeast("Models:MemorySlots", models.MemorySlots, 1);
        AtLeast("Folders:TempFiles", folders.TempFiles, 1);
        AtLeast("Folders:TempBytes", folders.TempBytes, 1);
        AtLeast("Folders:InputFiles", folders.InputFiles, 1);
        AtLeast("Folders:InputBytes", folders.InputBytes, 1);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void AtLeast<T>(string key, T value, T min) where T : IComparable<T>
        {
            if (value.CompareTo(min) < 0) problems.Add($"{ModelServerOptions.Section}:{key} must be at least {min}, got {value}.");
        }

        void Between(string key, long value, long min, long max)
        {
            if (value < min || value > max) problems.Add($"{ModelServerOptions.Section}:{key} must be {min} to {max}, got {value}.");
        }
    }

    private static bool IsName(string name) => name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
}
