namespace GenAI.Gateway.Images;

/// <summary>What a workflow makes a picture of.</summary>
internal enum WorkflowKind
{
    /// <summary>A text alone.</summary>
    TextToImage,

    /// <summary>A picture and a text.</summary>
    ImageToImage,

    /// <summary>A picture, of which a mask says what may change, and a text.</summary>
    Inpainting,
}
