using GenAI.Gateway.Access;
using GenAI.Gateway.Routing;

namespace GenAI.Gateway.ComfyUI.Wire;

/// <summary>One model as the ComfyUI server that its caller sees; bound by ASP.NET Core as a handler's parameter.</summary>
internal sealed record VirtualComfyUI(FleetModel Model, Caller Caller)
{
    public string Name => Model.Name;

    /// <summary>Whose jobs the caller sees; null: everybody's.</summary>
    public string? OnlyOwner => Caller.May(Scopes.ReadAll) || Caller.May(Scopes.Admin) ? null : Caller.Id;

    public static ValueTask<VirtualComfyUI> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));

    /// <summary>Null when the request is not for a model that speaks ComfyUI.</summary>
    public static VirtualComfyUI? TryOf(HttpContext context)
    {
        var fleet = context.RequestServices.GetRequiredService<Fleet>();
        return context.GetRouteValue(ComfyUIModelConstraint.Parameter) is string name && fleet.Current.TryGetModel(name, out var model)
            ? new VirtualComfyUI(model, context.Caller())
            : null;
    }

    /// <summary>The route's constraint has seen to it that there is such a model; a model does not vanish once it was declared.</summary>
    private static VirtualComfyUI Of(HttpContext context) =>
        TryOf(context) ?? throw new BadHttpRequestException("The model has just been removed.", StatusCodes.Status404NotFound);
}
