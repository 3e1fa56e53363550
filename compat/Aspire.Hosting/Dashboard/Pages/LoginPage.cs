namespace Aspire.Hosting.Dashboard.Pages;

internal static class LoginPage
{
    public static Html Whole(string applicationName, string returnUrl, bool wrongToken) => Html.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <meta name="color-scheme" content="light dark">
          <title>Login · {applicationName}</title>
          <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
          <script src="/assets/theme.js"></script>
          <link rel="stylesheet" href="/assets/dashboard.css">
        </head>
        <body class="login">
          <main id="content">
            <h1>{applicationName} dashboard</h1>
            <form method="post" action="/login">
              <input type="hidden" name="returnUrl" value="{returnUrl}">
              <label for="token">Token</label>
              <input id="token" name="t" type="password" autocomplete="off" required autofocus>
              {Html.If(wrongToken, $"<p class=\"error\" role=\"alert\">This is not the token of this run: each start of the AppHost prints a new one.</p>")}
              <button type="submit" class="primary">Log in</button>
            </form>
            <p class="faint">The AppHost prints a link with the token in it when it starts: “Login to the dashboard at …/login?t=…”.</p>
          </main>
        </body>
        </html>
        """);
}
