using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class ConnectionStringBuilderExtensions
{
    /// <summary>A connection string of other values. It is there when the resources that these belong to have started.</summary>
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, ReferenceExpression connectionStringExpression)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var resource = builder.AddResource(new ConnectionStringResource(name, connectionStringExpression))
            .WithInitialState(new CustomResourceSnapshot { ResourceType = "ConnectionString", State = KnownResourceStates.NotStarted, Properties = [] });
        foreach (var referenced in ResourcesIn(connectionStringExpression).Distinct())
        {
            resource.WithReferenceRelationship(referenced);
            if (referenced is not ParameterResource)
                resource.WaitForStart(builder.CreateResourceBuilder(referenced));
        }

        builder.Eventing.Subscribe<InitializeResourceEvent>(resource.Resource, async (begin, cancellationToken) =>
        {
            await begin.Eventing.PublishAsync(new BeforeResourceStartedEvent(begin.Resource, begin.Services), cancellationToken);
            await begin.Notifications.WaitForDependenciesAsync(begin.Resource, cancellationToken);
            await begin.Notifications.PublishUpdateAsync(begin.Resource, snapshot => snapshot with { State = KnownResourceStates.Running });
            await begin.Eventing.PublishAsync(new ConnectionStringAvailableEvent(begin.Resource, begin.Services), cancellationToken);
        });
        return resource;
    }

    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, Action<ReferenceExpressionBuilder> connectionStringBuilder)
    {
        ArgumentNullException.ThrowIfNull(connectionStringBuilder);
        var expression = new ReferenceExpressionBuilder();
        connectionStringBuilder(expression);
        return builder.AddConnectionString(name, expression.Build());
    }

    private static IEnumerable<IResource> ResourcesIn(object value) => value switch
    {
        IResource resource => [resource],
        IValueWithReferences composite => composite.References.SelectMany(ResourcesIn),
        _ => [],
    };
}
