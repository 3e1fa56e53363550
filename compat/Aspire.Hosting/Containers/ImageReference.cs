using System.Text.RegularExpressions;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// <c>ghcr.io/team/app:1.2</c> taken apart. What stands before the first slash is a registry when it has a dot or a port or is
/// <c>localhost</c>; a digest follows an @.
/// </summary>
/// <param name="Repository">With its registry, without tag and digest.</param>
internal sealed partial record ImageReference(string Repository, string? Tag, string? Digest)
{
    /// <exception cref="ArgumentOutOfRangeException">It is no name of an image.</exception>
    public static ImageReference Parse(string text)
    {
        var (name, digest) = Cut(text, '@', text.IndexOf('@'));
        var colon = name.LastIndexOf(':');
        // A colon before the last slash is the port of a registry.
        var (repository, tag) = Cut(name, ':', colon > name.LastIndexOf('/') ? colon : -1);
        if (!Repositories().IsMatch(repository) || (tag is not null && !Tags().IsMatch(tag)) || digest is "")
            throw new ArgumentOutOfRangeException(nameof(text), text, "Not the name of an image; expected [registry/]image[:tag][@sha256:digest].");
        return new(repository, tag, digest);
    }

    private static (string Before, string? After) Cut(string text, char mark, int at)
        => at < 0 || text[at] != mark ? (text, null) : (text[..at], text[(at + 1)..]);

    [GeneratedRegex(@"^[\w\-.<>\[\]]+(:\d+)?(/[\w\-.<>]+)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Repositories();

    [GeneratedRegex(@"^[\w\-.<>]+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tags();
}
