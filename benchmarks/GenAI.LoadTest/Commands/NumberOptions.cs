using System.CommandLine;

namespace GenAI.LoadTest.Commands;

/// <summary>Options that are numbers within a range, which their description names.</summary>
internal static class NumberOptions
{
    public static Option<double> Number(string name, string description, double initially, double least, double most)
    {
        var option = new Option<double>(name) { Description = $"{description} ({least} to {most})", DefaultValueFactory = _ => initially };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is var value && !(value >= least && value <= most))
                result.AddError($"{name} is {value}; expected {least} to {most}.");
        });
        return option;
    }

    public static Option<int> Whole(string name, string description, int initially, int least, int most)
    {
        var option = new Option<int>(name) { Description = $"{description} ({least} to {most})", DefaultValueFactory = _ => initially };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most)) result.AddError($"{name} is {value}; expected {least} to {most}.");
        });
        return option;
    }
}
