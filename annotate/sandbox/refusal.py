"""A request that the sandbox refuses."""


class Refusal(Exception):
    """The request violates the contract, or the sandbox was told to refuse it."""

    def __init__(self, status: int, message: str) -> None:
        """Keep the status and the error text of the response."""
        super().__init__(message)
        self.status = status

    def document(self) -> dict[str, object]:
        """Return the body of the response, in a form that was observed from Amplitude's host."""
        kind = "invalid" if self.status < 500 else "internal"
        message = "Bad Request" if self.status < 500 else "Unspecified Error"
        error = {"http_code": self.status, "type": kind, "message": message}
        return {"error": {**error, "metadata": {"details": str(self)}}}
