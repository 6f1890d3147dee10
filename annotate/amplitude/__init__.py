"""All that is Amplitude: hosts, keys, request, answer."""
