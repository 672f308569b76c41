"""The service that streams: StartFaceLivenessSession, from bytes to the session that it is about and back."""
