"""What answers a prompt: one module an engine, all behind `base.Engine`."""
