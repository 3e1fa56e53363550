namespace Aspire.Hosting.Running;

internal static class PublishMode
{
    public const string NotCovered =
        "Publishing is not covered by this stand-in of Aspire.Hosting, which runs the application only. "
        + "Use the official packages (-p:OfficialPackages=true) to publish.";
}
