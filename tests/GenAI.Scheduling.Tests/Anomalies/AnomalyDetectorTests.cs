using GenAI.Scheduling.Anomalies;

namespace GenAI.Scheduling.Tests.Anomalies;

public sealed class AnomalyDetectorTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private readonly AnomalyDetector _detector = new(AnomalySettings.Default);

    [Fact]
    public void One_outlier_is_reported_and_three_in_a_row_are_an_alert_that_three_in_order_end()
    {
        var state = Usual(AnomalyState.Of(AnomalySettings.Default), 100, out var at);
        var alerts = new List<bool>();
        foreach (var value in new[] { 60.0, 60, 60, 20, 20, 20 })
        {
            at = at.AddMinutes(1);
            (var verdict, state) = _detector.Judge(state, value, at);
            Assert.Equal(value > 30, verdict.Outlier);
            alerts.Add(verdict.Alert);
        }

        Assert.Equal([false, false, true, true, true, false], alerts);
    }

    [Fact]
    public void A_fall_is_as_much_an_anomaly_as_a_rise()
    {
        var state = Usual(AnomalyState.Of(AnomalySettings.Default), 100, out var at);
        Assert.True(_detector.Judge(state, 0, at.AddMinutes(1)).Verdict.Sigmas < -2.5);
    }

    [Fact]
    public void A_few_wild_values_do_not_hide_the_next()
    {
        var state = Usual(AnomalyState.Of(AnomalySettings.Default), 100, out var at);
        for (var i = 0; i < 20; i++) (_, state) = _detector.Judge(state, 1000, at = at.AddMinutes(1));
        Assert.True(_detector.Judge(state, 60, at.AddMinutes(1)).Verdict.Outlier);
    }

    [Fact]
    public void The_daily_course_is_no_anomaly()
    {
        var state = AnomalyState.Of(AnomalySettings.Default);
        var outliers = 0;
        for (var minute = 0; minute < 5 * 1440; minute++)
        {
            (var verdict, state) = _detector.Judge(state, Daily(minute), Start.AddMinutes(minute));
            if (minute >= 1440 && verdict.Outlier) outliers++;
        }

        Assert.InRange(outliers, 0, 57); // one in a hundred, from the second day on
    }

    [Fact]
    public void A_wild_half_hour_is_not_expected_the_next_day()
    {
        var state = AnomalyState.Of(AnomalySettings.Default);
        for (var minute = 0; minute < 3 * 1440; minute++)
            (_, state) = _detector.Judge(state, minute is >= 3600 and < 3630 ? 900 : Daily(minute), Start.AddMinutes(minute));

        for (var minute = 3 * 1440; minute < 3 * 1440 + 730; minute++)
        {
            (var verdict, state) = _detector.Judge(state, Daily(minute), Start.AddMinutes(minute));
            Assert.False(verdict.Alert);
        }
    }

    private static double Daily(int minute) => 50 - 40 * Math.Cos(minute / 1440.0 * 2 * Math.PI) + minute * 7 % 5;

    [Fact]
    public void Nothing_is_said_before_enough_is_known_nor_of_what_was_not_measured()
    {
        var state = AnomalyState.Of(AnomalySettings.Default);
        (var verdict, state) = _detector.Judge(state, 5, Start);
        Assert.False(verdict.Outlier);
        Assert.Same(state, _detector.Judge(state, null, Start.AddMinutes(1)).State);
        Assert.Same(state, _detector.Judge(state, double.NaN, Start.AddMinutes(1)).State);
    }

    [Fact]
    public void A_forecaster_that_becomes_worse_drifts_until_that_is_usual()
    {
        var detector = new DriftDetector(DriftSettings.Default);
        var state = DriftState.Empty;
        for (var i = 0; i < 500; i++) state = detector.Judge(state, i % 3 - 1);
        Assert.False(state.Alert);

        for (var i = 0; i < 60; i++) state = detector.Judge(state, 4 * (i % 3 - 1));
        Assert.True(state.Alert);

        for (var i = 0; i < 6000; i++) state = detector.Judge(state, 4 * (i % 3 - 1));
        Assert.False(state.Alert);
    }

    private AnomalyState Usual(AnomalyState state, int minutes, out DateTimeOffset last)
    {
        last = Start;
        for (var i = 0; i < minutes; i++) (_, state) = _detector.Judge(state, 19 + i * 7 % 3, last = Start.AddMinutes(i));
        return state;
    }
}
