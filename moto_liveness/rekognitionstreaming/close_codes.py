"""The close codes of streams: those of the service, and those that Amplify's components send."""

from __future__ import annotations

#: The close code of a stream that is over, and of one that the server ends because it stops.
NORMAL, GOING_AWAY = 1000, 1001
#: Never sent in a frame: the connection just ends.
CUT = 1006
#: The codes of the live service for closings without an event: https://github.com/aws-amplify/amplify-ui/pull/6998.
CLOSE_CODES = {"StreamIdleTimeout": 4001, "SessionExpired": 4003, "ConnectionLost": CUT}

# https://github.com/aws-amplify/amplify-ui/blob/main/packages/react-liveness/src/components/FaceLivenessDetector/service/
# utils/constants.ts; 4002, 4004 and 4006 are of iOS: https://github.com/aws-amplify/amplify-ui-swift-liveness/pull/240.
_OF_CLIENTS = {
    CUT: "the connection was lost",
    4000: "an error of the client",
    4001: "the face did not fit in time",
    4002: "no face was found",
    4003: "the person cancelled",
    4004: "the view was closed, for instance by a call",
    4005: "a runtime error of the client",
    4006: "there was no camera",
    4007: "an error of the user while connecting",
}


def named(close_code: int) -> str:
    """Return a close code of a client with its meaning, if one of Amplify's components gives it one."""
    return f"{close_code} ({_OF_CLIENTS[close_code]})" if close_code in _OF_CLIENTS else str(close_code)
