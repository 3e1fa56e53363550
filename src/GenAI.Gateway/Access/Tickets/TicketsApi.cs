using GenAI.Gateway.Errors;

namespace GenAI.Gateway.Access.Tickets;

/// <summary><c>POST /v1/tickets</c>: what opens one WebSocket where no header can be sent.</summary>
internal static class TicketsApi
{
    public static void MapTickets(this IEndpointRouteBuilder endpoints) => endpoints.MapGroup("/v1/tickets").WithKeysOnly().MapPost("", Issue);

    private static Task Issue(HttpContext context, TicketBook tickets) =>
        context.AnswerAsync(tickets.Issue(context.Caller().Id), new ApiError(
            StatusCodes.Status429TooManyRequests, "too_many_tickets",
            $"There are {TicketBook.MaxTickets} unused tickets, and there may be no more; try again when some have run out.")
        {
            RetryAfter = TimeSpan.FromSeconds(5),
        });
}
