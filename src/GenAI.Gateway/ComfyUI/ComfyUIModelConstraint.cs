using GenAI.Contracts;
using GenAI.Gateway.Routing;

namespace GenAI.Gateway.ComfyUI;

/// <summary>Lets the virtual ComfyUI's routes match for models that speak ComfyUI; others' requests are passed through.</summary>
internal sealed class ComfyUIModelConstraint(Fleet fleet) : IRouteConstraint
{
    public const string Parameter = "model";

    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values.TryGetValue(routeKey, out var value) && value is string name
        && fleet.Current.TryGetModel(name, out var model) && model.Dialect == ModelDialect.ComfyUI;
}
