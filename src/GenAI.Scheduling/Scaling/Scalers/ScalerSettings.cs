namespace GenAI.Scheduling.Scaling.Scalers;

/// <summary>A scaler as configured.</summary>
public abstract record ScalerSettings
{
    public abstract IScaler Create();
}
