"""People who approve: database roles, and SSH keys with their file of allowed signers."""
import shutil
import subprocess

import pytest
from psycopg import sql

MAY_SIGN = "SELECT, INSERT (event, plan_digest, role, statement, signature, tool_version)"


class Signers:
    def __init__(self, database, folder):
        self.database = database
        self.folder = folder
        self.roles = {}

    def role(self, name):
        """A database role that may sign, and no more; its URL. Roles belong to the server: named by the database."""
        role = f"{name}_of_{self.database.name}"
        if role not in self.roles:
            self.database.query(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            self.roles[role] = self.database.server.url(self.database.name, user=role)
        return role

    def may_sign(self, name):
        role = sql.Identifier(self.role(name))
        self.database.query(sql.SQL("GRANT USAGE ON SCHEMA migrate_safe TO {0}; "
                                    "GRANT SELECT ON ALL TABLES IN SCHEMA migrate_safe TO {0}; "
                                    "GRANT " + MAY_SIGN + " ON migrate_safe.approvals TO {0}").format(role))
        return self.role(name)

    def environment(self, name):
        """That of a session of this role."""
        return {"DATABASE_URL": self.roles[self.role(name)]}

    def key(self, name, allowed=True):
        """A key of name@example.com, in allowed_signers or not; its file."""
        if not shutil.which("ssh-keygen"):
            pytest.skip("no ssh-keygen is installed (openssh-client)")
        path = self.folder / f"key_{name}"
        if not path.exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path], check=True)
            if allowed:
                self.allow(name)
        return path

    def allow(self, name, options=""):
        public = (self.folder / f"key_{name}.pub").read_text()
        with open(self.folder / "allowed_signers", "a") as file:
            file.write(f"{name}@example.com {options}{public}")

    def close(self):
        for role in self.roles:
            self.database.query(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(sql.Identifier(role)))
