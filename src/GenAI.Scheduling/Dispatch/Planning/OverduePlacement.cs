namespace GenAI.Scheduling.Dispatch.Planning;

/// <summary>Jobs that were passed over for as long as is allowed come before all others, in order of arrival.</summary>
internal sealed class OverduePlacement(DispatchOptions options, Draft draft)
{
    public void Place()
    {
        var fleet = draft.Fleet;
        var limit = options.PassingOverLimit.TotalSeconds;
        for (var entry = draft.Queue.Order.FirstInTurn; entry is not null && draft.Now - entry.TurnSince >= limit; entry = entry.OrderAfter)
        {
            if (fleet.Idle == 0 || draft.StartsLeft == 0) return;
            if (entry.Tenant.OverShare || entry.PassedOver(draft.Now) < limit) continue;
            fleet.Refresh(entry.Lane);
            var choice = new Choice();
            for (var x = 0; x < fleet.Instances.Length; x++)
            {
                if (fleet.IsIdle(x)) draft.Consider(entry, x, ref choice);
            }

            if (choice.Best >= 0) draft.Place(entry, choice, overdue: true);
        }
    }
}
