namespace GenAI.Gateway.ComfyUI.Files;

/// <summary>A file that the gateway keeps.</summary>
internal sealed record StoredPicture(FileName Name, string Hash, string ContentType);
