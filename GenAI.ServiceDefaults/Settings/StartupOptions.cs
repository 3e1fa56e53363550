using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace GenAI.ServiceDefaults.Settings;

public static class StartupOptions
{
    /// <summary>
    /// Options that are read and validated once, at start. (<c>BindConfiguration</c> would read them again whenever configuration
    /// is reloaded, and throw what is wrong with them at the thread that reloads, which ends the process.)
    /// </summary>
    public static OptionsBuilder<TOptions> AddStartupOptions<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        return services.AddOptions<TOptions>()
            .Configure<IConfiguration>((options, configuration) => configuration.GetSection(section).ReadInto(options))
            .ValidateOnStart();
    }

    /// <summary>Reads a section into options, whose values stay where it has none.</summary>
    /// <exception cref="OptionsValidationException">Values are not of the type that they must have; what is wrong with others is seen once these are.</exception>
    public static void ReadInto<TOptions>(this IConfigurationSection section, TOptions options) where TOptions : class
    {
        var unreadable = UnreadableSettings.Find(typeof(TOptions), section);
        if (unreadable.Count > 0) throw new OptionsValidationException(Options.DefaultName, typeof(TOptions), unreadable);
        section.Bind(options);
    }
}
