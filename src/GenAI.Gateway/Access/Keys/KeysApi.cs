using GenAI.Contracts.Access;
using GenAI.Gateway.Access.Requests;
using GenAI.Gateway.Errors;

namespace GenAI.Gateway.Access.Keys;

/// <summary>Administering keys, for callers with the scope <c>admin</c>.</summary>
internal static class KeysApi
{
    public static void MapKeys(this IEndpointRouteBuilder endpoints)
    {
        var keys = endpoints.MapGroup("/v1/keys").WithKeysOnly().WithAdminOnly().WithStoreErrors();
        keys.MapGet("", (HttpContext context, KeyDesk desk) => context.AnswerAsync(desk.List(), null));
        keys.MapPost("", CreateAsync);
        keys.MapPost("/{id}/rotate", RotateAsync);
        keys.MapPost("/{id}/revoke", RevokeAsync);
        keys.MapDelete("/{id}", RevokeAsync);
    }

    private static async Task CreateAsync(HttpContext context, KeyDesk desk)
    {
        var (request, error) = await AdminRequests.ReadAsync<CreateKeyRequest>(context);
        var (key, refusal) = request is null ? (null, error) : await desk.CreateAsync(request, context.RequestAborted);
        await context.AnswerAsync(key, refusal, StatusCodes.Status201Created);
    }

    private static async Task RotateAsync(string id, HttpContext context, KeyDesk desk)
    {
        var (request, error) = await AdminRequests.ReadAsync<RotateKeyRequest>(context);
        var (key, refusal) = request is null ? (null, error) : await desk.RotateAsync(id, request, context.RequestAborted);
        await context.AnswerAsync(key, refusal);
    }

    private static async Task RevokeAsync(string id, HttpContext context, KeyDesk desk)
    {
        var (key, error) = await desk.RevokeAsync(id, context.RequestAborted);
        await context.AnswerAsync(key, error);
    }

    /// <summary>Asked again at the route itself, so that this does not hang on how an address is written.</summary>
    private static RouteGroupBuilder WithAdminOnly(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(async (call, next) =>
        {
            var context = call.HttpContext;
            if (context.Caller().May(Scopes.Admin)) return await next(call);
            await context.RequestServices.GetRequiredService<ApiErrorWriter>().WriteAsync(
                context, Refusals.Scope(context.Caller(), Scopes.Admin, context.Request));
            return Results.Empty;
        });
        return group;
    }
}
