using Microsoft.Playwright;

namespace GenAI.Testing.Browser;

/// <summary>The machine's own Chromium (Debian package <c>chromium</c>), without a window. Without it the test is skipped.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private const float TimeoutMilliseconds = 30_000;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static async Task<Chromium> StartAsync()
    {
        var program = Requires.Program("chromium");
        Assertions.SetDefaultExpectTimeout(TimeoutMilliseconds);
        var playwright = await Playwright.CreateAsync();
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program }));
    }

    /// <summary>A page of a browser that has never been anywhere, as wide as a desktop's.</summary>
    public async Task<IPage> NewPageAsync()
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1280, Height = 900 } });
        context.SetDefaultTimeout(TimeoutMilliseconds);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
