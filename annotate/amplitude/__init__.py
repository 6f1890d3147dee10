"""The APIs of Amplitude: hosts, keys, requests and responses."""
