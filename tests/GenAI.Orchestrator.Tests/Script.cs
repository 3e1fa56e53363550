using System.Runtime.Versioning;

namespace GenAI.Orchestrator.Tests;

/// <summary>A shell script in the place of a program.</summary>
internal static class Script
{
    [SupportedOSPlatform("linux")]
    public static string Write(string path, string commands)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{commands}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
