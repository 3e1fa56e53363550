using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;

namespace Aspire.Hosting.Running;

/// <summary>Looks up every parameter when the application starts: one without a value says so at once.</summary>
internal sealed class ParameterStarter(
    DistributedApplicationModel model,
    ParameterPrompt prompt,
    ResourceNotificationService notifications,
    IDistributedApplicationEventing eventing,
    IServiceProvider services)
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var parameter in model.Resources.OfType<ParameterResource>())
            await StartAsync(parameter, cancellationToken);
        foreach (var resource in model.Resources.OfType<IResourceWithConnectionString>().Where(resource => resource is not ConnectionStringResource))
            await eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, services), cancellationToken);
    }

    private async Task StartAsync(ParameterResource parameter, CancellationToken cancellationToken)
    {
        try
        {
            var value = await ValueOfAsync(parameter, cancellationToken);
            await notifications.PublishUpdateAsync(parameter, snapshot => snapshot with
            {
                State = new ResourceStateSnapshot(KnownResourceStates.Running, KnownResourceStateStyles.Success),
                Properties = [.. snapshot.Properties, new("Value", value) { IsSensitive = parameter.Secret }],
            });
        }
        catch (MissingParameterValueException missing)
        {
            await notifications.PublishUpdateAsync(parameter, snapshot => snapshot with
            {
                State = new ResourceStateSnapshot(KnownResourceStates.ValueMissing, KnownResourceStateStyles.Error),
                Reason = missing.Message,
            });
        }
    }

    private async Task<string?> ValueOfAsync(ParameterResource parameter, CancellationToken cancellationToken)
    {
        try
        {
            return await parameter.GetValueAsync(cancellationToken);
        }
        catch (MissingParameterValueException) when (prompt.CanAsk && (parameter.Answer = ParameterPrompt.Ask(parameter)) is not null)
        {
            return parameter.Answer;
        }
    }
}
