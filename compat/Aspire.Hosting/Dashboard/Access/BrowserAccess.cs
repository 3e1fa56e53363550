using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Dashboard.Access;

/// <summary>
/// Who may use the pages: whoever has shown the login token, which a cookie then proves without holding it. A form that changes
/// something also carries a value that only the dashboard's own pages know. Everybody may when the token is null.
/// </summary>
internal sealed class BrowserAccess(string? token)
{
    private const string CookiePrefix = ".Aspire.Dashboard.";

    private static readonly TimeSpan CookieLifetime = TimeSpan.FromDays(3);

    private readonly byte[] _key = token is null ? RandomNumberGenerator.GetBytes(32) : Encoding.UTF8.GetBytes(token);

    public string FormValue => Proof("form");

    public bool IsSignedIn(HttpContext context)
        => token is null || IsEqual(context.Request.Cookies[CookieName(context)], Proof("session"));

    public bool IsFormValue(string? value) => IsEqual(value, FormValue);

    /// <summary>Signs in who shows the token.</summary>
    public bool TrySignIn(HttpContext context, string? shown)
    {
        if (token is not null && !IsEqual(shown, token))
            return false;
        context.Response.Cookies.Append(CookieName(context), Proof("session"), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            MaxAge = CookieLifetime,
            Path = "/",
        });
        return true;
    }

    // Cookies do not know ports: two AppHosts on one machine must not sign each other out.
    private static string CookieName(HttpContext context) => CookiePrefix + (context.Request.Host.Port ?? (context.Request.IsHttps ? 443 : 80));

    private string Proof(string what) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(what)));

    private static bool IsEqual(string? shown, string expected) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(shown ?? "")), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));
}
