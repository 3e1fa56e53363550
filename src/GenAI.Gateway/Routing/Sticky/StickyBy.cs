namespace GenAI.Gateway.Routing.Sticky;

/// <summary>By what a client is bound to an instance.</summary>
internal enum StickyBy
{
    /// <summary><see cref="Key"/> for models that speak ComfyUI, whose servers keep their clients' settings and files; else <see cref="None"/>.</summary>
    Auto,

    /// <summary>Not at all: each request goes where the least is under way.</summary>
    None,

    Address,

    /// <summary>The API key; the address where keys are not asked for.</summary>
    Key,

    /// <summary>The header <see cref="StickyOptions.Header"/>; a request without it goes as with <see cref="Auto"/>.</summary>
    Header,
}
