namespace GenAI.Gateway.Routing;

/// <summary>Roots a model's port at that model, before routing looks at the path.</summary>
internal sealed class ModelPortMiddleware(RequestDelegate next, ModelPorts ports)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (ports.TryGetRoot(context.Connection.LocalPort, out var root))
        {
            context.Features.Set(ModelPortFeature.Instance);
            context.Request.Path = root.Value.Add(context.Request.Path);
        }

        return next(context);
    }
}
