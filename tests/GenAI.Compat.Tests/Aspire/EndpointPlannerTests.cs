using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace GenAI.Compat.Tests.Aspire;

public sealed class EndpointPlannerTests
{
    [Fact]
    public void One_instance_listens_on_the_public_port_itself()
    {
        var plan = Plan(new EndpointAnnotation(ProtocolType.Tcp, "http", port: 8080));

        Assert.Equal(8080, plan.PublicPort);
        Assert.Equal([8080], plan.InstancePorts);
        Assert.False(plan.NeedsRelay);
    }

    [Fact]
    public void Replicas_listen_on_ports_of_their_own_behind_the_public_one()
    {
        var plan = Plan(new EndpointAnnotation(ProtocolType.Tcp, "http", port: 8080), replicas: 3);

        Assert.Equal(8080, plan.PublicPort);
        Assert.Equal(4, plan.InstancePorts.Append(plan.PublicPort).Distinct().Count());
        Assert.True(plan.NeedsRelay);
    }

    [Fact]
    public void A_target_port_is_kept_behind_the_public_one()
    {
        var plan = Plan(new EndpointAnnotation(ProtocolType.Tcp, "http", port: 8080, targetPort: 80));

        Assert.Equal((8080, 80, true), (plan.PublicPort, plan.InstancePorts.Single(), plan.NeedsRelay));
    }

    [Theory]
    [InlineData(8080, null)]
    [InlineData(null, 8080)]
    public void Without_a_proxy_either_port_is_both(int? port, int? targetPort)
    {
        var plan = Plan(new EndpointAnnotation(ProtocolType.Tcp, "http", port: port, targetPort: targetPort, isProxied: false), randomizePorts: true);

        Assert.Equal((8080, 8080, false), (plan.PublicPort, plan.InstancePorts.Single(), plan.NeedsRelay));
    }

    [Fact]
    public void Random_ports_replace_the_fixed_ones_of_proxied_endpoints()
    {
        var plan = Plan(new EndpointAnnotation(ProtocolType.Tcp, "http", port: 8080), randomizePorts: true);

        Assert.NotEqual(8080, plan.PublicPort);
        Assert.Equal([plan.PublicPort], plan.InstancePorts);
    }

    [Theory]
    [InlineData(8080, 8080, null, 1, "same value (8080)")]
    [InlineData(null, 80, null, 2, "one port for 2 replicas")]
    [InlineData(80, null, false, 2, "one port for 2 replicas")]
    public void What_cannot_work_is_refused(int? port, int? targetPort, bool? isProxied, int replicas, string reason)
    {
        var refused = Assert.Throws<DistributedApplicationException>(
            () => Plan(new EndpointAnnotation(ProtocolType.Tcp, "http", port: port, targetPort: targetPort, isProxied: isProxied), replicas));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains("The endpoint 'http' for resource 'shop'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_somebody_listens_on_is_not_free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        Assert.False(LocalPorts.IsFree(((IPEndPoint)listener.LocalEndpoint).Port));
        Assert.True(LocalPorts.IsFree(new LocalPorts().Next()));
    }

    private static EndpointPlan Plan(EndpointAnnotation endpoint, int replicas = 1, bool randomizePorts = false)
    {
        var resource = new ProjectResource("shop");
        resource.Annotations.Add(endpoint);
        resource.Annotations.Add(new ReplicaAnnotation(replicas));
        return Assert.Single(new EndpointPlanner(new LocalPorts(), randomizePorts).Plan(resource));
    }
}
