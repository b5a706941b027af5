"""Notes under the Rule, their batches and the seal. No row here holds a time, a serial, a user's id or a user's key."""
