namespace GenAI.Gateway.ComfyUI.Uploads;

/// <summary>What one key may keep in uploads.</summary>
internal sealed class UploadOptions
{
    /// <summary>Where the uploads' names are kept; beside the jobs' contents when empty.</summary>
    public string Folder { get; set; } = "";

    /// <summary>The largest upload, in bytes.</summary>
    public long MaxFileBytes { get; set; } = 64L << 20;

    /// <summary>How many uploads a key may have.</summary>
    public int MaxFiles { get; set; } = 10_000;

    /// <summary>And their bytes.</summary>
    public long MaxBytes { get; set; } = 8L << 30;
}
