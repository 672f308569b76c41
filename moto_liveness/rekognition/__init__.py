"""The service: Amazon Rekognition Face Liveness, in the shape of a moto service."""
