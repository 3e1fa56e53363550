using System.Text;

namespace GenAI.Gateway.Jobs.Journal;

/// <summary>What a <see cref="JobQuery"/> asks of the table of jobs, as SQLite and PostgreSQL both read it.</summary>
internal static class JobFilter
{
    /// <returns>A WHERE clause, and the values of its parameters <c>$1</c>, <c>$2</c>…</returns>
    public static (string Sql, object?[] Values) Where(JobQuery query)
    {
        var values = new List<object?>();
        var sql = new StringBuilder(" WHERE true");
        if (query.Model is not null) Add("model = ", query.Model);
        if (query.Owner is not null) Add("owner = ", query.Owner);
        if (query.WorkflowId is not null) Add("workflow = ", query.WorkflowId);
        if (!query.States.IsEmpty)
        {
            // Numbers of an enumeration, not a client's text.
            sql.Append(" AND state IN (").AppendJoin(", ", query.States.Select(state => (int)state)).Append(')');
        }

        return (sql.ToString(), [.. values]);

        void Add(string condition, object value)
        {
            values.Add(value);
            sql.Append(" AND ").Append(condition).Append('$').Append(values.Count);
        }
    }
}
