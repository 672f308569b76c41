"""signup.py makes its client when it is imported.

boto3 looks for credentials then, and finds some that do nothing. One attempt, because botocore sleeps between attempts.
"""

import os

os.environ["AWS_ACCESS_KEY_ID"] = os.environ["AWS_SECRET_ACCESS_KEY"] = "testing"
os.environ["AWS_MAX_ATTEMPTS"] = "1"
