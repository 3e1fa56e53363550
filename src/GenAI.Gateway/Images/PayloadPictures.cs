namespace GenAI.Gateway.Images;

/// <summary>
/// Pictures that travel with a job to a ComfyUI instance: in the payload, <c>"pictures": {"name": "base64"}</c>, so that they are journalled
/// and forgotten with it. The instance gets them in its folder for temporary files, which it empties itself.
/// </summary>
internal static class PayloadPictures
{
    public const string Member = "pictures";

    /// <summary>The instance's folder, as <c>POST /upload/image</c> names it.</summary>
    public const string Folder = "temp";

    /// <summary>How a node's input names a file of that folder.</summary>
    public static string NameAtInstance(string fileName) => $"{fileName} [{Folder}]";
}
