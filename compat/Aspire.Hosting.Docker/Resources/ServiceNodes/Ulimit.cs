namespace Aspire.Hosting.Docker.Resources.ServiceNodes;

public sealed class Ulimit
{
    public int? Soft { get; set; }

    public int? Hard { get; set; }
}
