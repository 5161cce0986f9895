"""What one run of `verify --json` has found."""


class Verified:
    def __init__(self, result):
        self.code = result.code
        self.document = result.json()
        self.checks = self.document["checks"]
        assert self.document["schema"] == "migrate-safe/verify/1" and self.document["run_id"] is None
        assert self.code == (3 if self.document["fail"] else 0), result

    def of(self, name, *verdicts):
        return [check for check in self.checks if check["id"] == name and (not verdicts or check["verdict"] in verdicts)]

    def only(self, name, verdict):
        check, = self.of(name)
        assert check["verdict"] == verdict, check
        return check


def whole(check):
    return "\n".join([check["value"], check["fix"] or "", *check["details"]])
