namespace GenAI.ModelServer.ComfyUI.Files;

/// <summary>Where images lie, and how much of them the server keeps of its own accord.</summary>
internal sealed class FolderOptions
{
    /// <summary>The parent of <c>output</c>, <c>input</c> and <c>temp</c>; <c>.genai/{instance}</c> when not set.</summary>
    public string Root { get; set; } = "";

    /// <summary>What SaveImage writes. Nothing here is ever deleted: retention is the operator's.</summary>
    public string Output { get; set; } = "";

    /// <summary>Uploads.</summary>
    public string Input { get; set; } = "";

    /// <summary>What PreviewImage writes; the oldest files go first.</summary>
    public string Temp { get; set; } = "";

    public int TempFiles { get; set; } = 500;

    public long TempBytes { get; set; } = 512 * 1024 * 1024;

    /// <summary>Files that may have been uploaded; one more is refused.</summary>
    public int InputFiles { get; set; } = 5000;

    /// <summary>Bytes of all uploads together.</summary>
    public long InputBytes { get; set; } = 4L * 1024 * 1024 * 1024;
}
