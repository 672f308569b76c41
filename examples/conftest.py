"""signup.py makes its client when it is imported. boto3 looks for credentials then, and finds some that do nothing."""

import os

os.environ["AWS_ACCESS_KEY_ID"] = os.environ["AWS_SECRET_ACCESS_KEY"] = "testing"
