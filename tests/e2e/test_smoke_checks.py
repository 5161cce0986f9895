"""The list `smoke:`: HTTP, SQL and commands, behind a change and before it."""
import json
import re

import pytest

from harness.history import versions
from harness.message import said
from harness.waiting import until
from harness.web import Web

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def server():
    web = Web()
    yield web
    web.close()


@pytest.fixture
def web(server):
    server.answers.clear()
    server.requests.clear()
    server.answers["/health"] = (200, {"status": "ok", "items": [{"id": 7, "a/b": None}]}, {})
    return server


@pytest.fixture
def smoke(cli, folder, database, tmp_path):
    """smoke(check, ...): the result of `up --json` of one table with these checks."""
    folder.tables(1)

    def run(*checks, code=0, env=None, arguments=(), **defaults):
        checks = [{"retries": 0, **check} for check in checks]
        (tmp_path / "migrate-safe.yaml").write_text(json.dumps(
            {"defaults": {"skip-backup": True, "smoke": checks, **defaults}}))
        return cli("up", "--json", *arguments, env=env).failed(code)
    return run


def undo(cli):
    """As it was before: nothing is applied."""
    (cli.cwd / "migrate-safe.yaml").unlink()
    cli("down", "-s").ok()


def only(result):
    """The one check of a run's document."""
    check, = result.json()["smoke"]["checks"]
    return check["verdict"], check["value"], check["limit"]


def test_http_that_passes(smoke, web, database):
    result = smoke({"name": "health", "url": f"{web.url}/health", "status": 200, "contains": "ok", "latency": "1min",
                    "json": {"/status": "ok", "/items/0/id": 7, "/items/0/a~1b": "null"}},
                   {"name": "any 2xx", "url": f"{web.url}/health"})
    document = result.json()["smoke"]
    assert document["passed"] and document["pass"] == 2
    assert document["checks"][0]["value"].startswith("health: 200 in ")
    assert "smoke health: 200 in" in result.err and versions(database) == ["001"]
    assert [(method, path) for method, path, _, _ in web.requests] == [("GET", "/health")] * 2


def test_a_webhook_gets_what_is_posted(cli, smoke, web):
    """Kairon's: a JSON body with the time, and a secret in a header."""
    web.answers["/webhook/x"] = (200, "pong", {})
    body = '{"content":"::ping","timestamp":"${MIGRATE_SAFE_NOW}","literal":"$${NAME}"}'
    result = smoke({"name": "webhook", "url": f"{web.url}/webhook/x", "body": body, "contains": "pong",
                    "headers": {"X-Key": "${WEBHOOK_KEY}", "Authorization": "Bearer ${HOOK_TOKEN}"}},
                   env={"WEBHOOK_KEY": "geheim-1", "HOOK_TOKEN": "geheim-2"})
    (method, _, headers, sent), = web.requests
    assert method == "POST" and headers["Content-Type"] == "application/json"
    assert headers["X-Key"] == "geheim-1" and headers["Authorization"] == "Bearer geheim-2"
    sent = json.loads(sent)
    assert sent["content"] == "::ping" and sent["timestamp"].endswith("Z") and sent["literal"] == "${NAME}"
    logs = "".join(path.read_text() for path in (cli.cwd / "logs").iterdir())
    assert "geheim" not in result.out + result.err + logs
    assert "geheim" not in cli("config", env={"WEBHOOK_KEY": "geheim-1", "HOOK_TOKEN": "geheim-2"}).ok().out


def test_http_that_fails(cli, smoke, web):
    url = f"{web.url}/health"
    web.answers["/moved"] = (302, "", {"Location": "/health"})
    web.answers["/away"] = (302, "", {"Location": f"http://localhost:{web.server.server_port}/health"})
    web.answers["/round"] = (302, "", {"Location": "/round"})
    web.answers["/text"] = (200, "all is\nwell", {})
    cases = [
        ({"url": f"{web.url}/none"}, r": 404 in \d+ ms: no such thing", "status 200 to 299"),
        ({"url": url, "status": 204}, r": 200 in ", "status 204"),
        ({"url": f"{web.url}/text", "contains": "unwell"}, r": 200 in \d+ ms: all is well", "contains unwell"),
        ({"url": f"{web.url}/text", "json": {"/a": 1}}, "what came is no JSON: all is well", "JSON"),
        ({"url": url, "json": {"/status": "bad"}}, "/status is ok", "/status is bad"),
        ({"url": url, "json": {"/items/1/id": 7}}, "without /items/1/id", "/items/1/id is 7"),
        ({"url": f"{web.url}/away"}, ": 302 in ", "status 200 to 299"),
        ({"url": f"{web.url}/moved", "redirects": "none"}, ": 302 in ", "status 200 to 299"),
        ({"url": f"{web.url}/round"}, "more than 5 redirects", "an answer"),
        ({"url": "http://127.0.0.1:1/"}, "http://127.0.0.1:1: Couldn't connect to server", "an answer"),
        ({"url": f"https://127.0.0.1:{web.server.server_port}/"}, "SSL", "an answer"),
    ]
    result = smoke(*({"name": f"n{number}", **check} for number, (check, _, _) in enumerate(cases)), code=3)
    document = result.json()
    assert document["exit_code"] == 3 and document["error"]["class"] == "verify" and not document["smoke"]["passed"]
    for check, (_, value, limit) in zip(document["smoke"]["checks"], cases):
        assert check["verdict"] == "fail" and re.search(value, check["value"]) and check["limit"] == limit
    assert "after the change: smoke check n0: 404" in result.err
    assert "1 migration of this run is applied, and so it stays" in result.err
    undo(cli)
    assert smoke({"url": f"{web.url}/moved"}, {"url": f"{web.url}/away", "redirects": "any"},
                 {"url": f"{web.url}/moved", "status": 302}).json()["smoke"]["passed"]


def test_a_slow_answer(smoke, web):
    release = []

    def slow(_):
        until(lambda: release, "the end of the test", timeout=20)
        return 200, "late", {}
    web.answers["/slow"] = slow
    result = smoke({"name": "slow", "url": f"{web.url}/slow", "timeout": "200ms"}, code=3)
    release.append(True)
    assert only(result)[1] == f"slow: {web.url}: Timeout was reached"


def test_it_is_tried_again(smoke, web):
    web.answers["/health"] = lambda count: (503, "starting", {}) if count < 3 else (200, "ok", {})
    result = smoke({"name": "health", "url": f"{web.url}/health", "retries": 5, "interval": "10ms"})
    assert only(result)[1].endswith("ms, attempt 3")


def test_a_failure_may_be_a_warning(smoke, web):
    result = smoke({"name": "health", "url": f"{web.url}/none", "failure": "warn"})
    assert only(result)[0] == "warn" and result.json()["smoke"]["passed"]


def test_what_was_broken_before_stops_it_before_anything(smoke, web, database):
    result = smoke({"name": "health", "url": f"{web.url}/none", "before": True}, code=1)
    assert "the application does not work already: smoke check health: 404" in result.err
    assert "nothing was done" in result.err and versions(database) == []


def test_sql(cli, smoke, database, tmp_path):
    (tmp_path / "check.sql").write_text("-- is it there?\nSELECT count(*) = 0 FROM t_1;\n")
    result = smoke({"name": "true", "sql": "SELECT true"}, {"name": "file", "file": "check.sql"})
    assert [check["value"].split(" in ")[0] for check in result.json()["smoke"]["checks"]] == ["true: true", "file: true"]
    undo(cli)
    cases = [("SELECT false", "false"), ("SELECT NULL::boolean", "null"), ("SELECT 1", '"1", which is no boolean'),
             ("SELECT true WHERE false", "no row"), ("VALUES (true), (true)", "more than one row"), ("SELECT true, 1", "2 columns"),
             ("SELECT true FROM nowhere", 'relation "nowhere" does not exist'), ("SELECT true; SELECT true", "cannot insert multiple commands"),
             ("CREATE TABLE x ()", "syntax error"), ("SELECT nextval('s') > 0", "cannot execute nextval() in a read-only transaction")]
    database.query("CREATE SEQUENCE s")
    result = smoke(*({"name": str(number), "sql": query} for number, (query, _) in enumerate(cases)), code=3)
    for check, (_, value) in zip(result.json()["smoke"]["checks"], cases):
        assert value in check["value"], check
    undo(cli)
    result = smoke({"name": "slow", "sql": "SELECT pg_sleep(600) IS NOT NULL", "timeout": "100ms"}, code=3)
    assert "statement timeout" in only(result)[1]
    assert database.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0


def test_a_command(cli, smoke, database):
    result = smoke({"name": "say", "command": ["sh", "-c", 'test "$MIGRATE_SAFE_DIRECTION" = up && echo well']})
    assert only(result)[1].startswith("say: ended with 0 in ")
    assert "say: well" in (cli.cwd / "logs/migrations.jsonl").read_text()
    undo(cli)
    result = smoke({"name": "say", "command": ["sh", "-c", "echo broken; exit 4"]}, code=3)
    assert only(result) == ("fail", "say: sh ended with 4: broken", "ends with 0")


def test_down_runs_them_too_and_on_failure_takes_back(cli, smoke, database, folder):
    smoke({"name": "no", "command": "false"}, code=3)
    assert "after the change" in cli("down").failed(3).err and versions(database) == []
    folder.write("001_table_1.down.sql", "DROP TABLE t_1;\n")
    result = smoke({"name": "no", "command": "false"}, code=3, **{"on-failure": "undo-run", "on-failure-unproven": True})
    assert result.json()["on_failure"]["undone"] == ["001"] and versions(database) == []


def test_a_variable_that_is_not_there_stops_it_before_anything(smoke, web, database):
    result = smoke({"name": "health", "url": "${APP_URL}/health"}, code=5)
    assert said(result) == (5, "migrate-safe: error: smoke check health (migrate-safe.yaml:1:48): there is no variable APP_URL",
                            "export it, or write it into .env: APP_URL=...")
    assert versions(database) == []
    assert smoke({"name": "health", "url": "${APP_URL}/health"}, env={"APP_URL": web.url}).json()["smoke"]["passed"]


def test_ctrl_c_meanwhile(cli, smoke, web, database, tmp_path):
    asked, release = [], []

    def hang(_):
        asked.append(True)
        until(lambda: release, "the end of the test", timeout=30)
        return 200, "late", {}
    web.answers["/hang"] = hang
    (tmp_path / "migrate-safe.yaml").write_text(json.dumps({"defaults": {
        "skip-backup": True, "smoke": [{"name": "hang", "url": f"{web.url}/hang", "timeout": "10min"}]}}))
    running = cli.start("up")
    until(lambda: asked, "the request")
    result = running.interrupt().finish().failed(130)
    release.append(True)
    assert "1 migration of this run is applied, and so it stays" in result.err and versions(database) == ["001"]


WRONG = [
    ("[{url: x}]", "url: begins with http:// or https://"),
    ("[{name: a}]", "a smoke check needs url:, sql:, file: or command:"),
    ("[{url: 'http://x', sql: SELECT true}]", "a smoke check has one of url:, sql:, file: and command:"),
    ("[{sql: SELECT true, status: 200}]", "belong to a url:"),
    ("[{url: 'http://x', status: 99}]", "status: is a number from 100 to 599"),
    ("[{url: 'http://x', json: {status: ok}}]", '"status" is no JSON pointer'),
    ("[{url: 'http://x', headers: {'a b': c}}]", '"a b" is no name of a header'),
    ("[{url: 'http://x', headers: {a: \"b\\nc\"}}]", "expected one value of one line here"),
    ("[{url: 'http://x', method: get}]", "method: is a word like GET or POST"),
    ("[{url: 'http://x', redirects: all}]", "redirects: is same-host, any or none"),
    ("[{url: 'http://x', before: yes}]", "before: is true or false"),
    ("[{url: 'http://x', failure: ignore}]", "failure: of a smoke check is fail or warn"),
    ("[{name: a, sql: SELECT true}, {name: a, sql: SELECT true}]", 'two smoke checks are called "a"'),
    ("[{urll: 'http://x'}]", 'unknown setting "urll" of smoke:'),
    ("{url: 'http://x'}", "expected a list of smoke checks here"),
]


def test_what_is_wrong_is_an_error_with_its_line(cli_without_database, tmp_path):
    for text, message in WRONG:
        (tmp_path / "migrate-safe.yaml").write_text(f"defaults:\n  smoke: {text}\n")
        code, shown, _ = said(cli_without_database("config"))
        assert code == 5 and "migrate-safe.yaml:2:" in shown and message in shown, text


def test_an_environment_has_its_own(cli, web, folder, database, tmp_path):
    folder.tables(1)
    (tmp_path / "migrate-safe.yaml").write_text(f"""\
defaults:
  skip-backup: true
  smoke: [{{name: all, sql: SELECT true}}]
environments:
  live:
    database: {database.url}
    smoke:
      - name: health
        url: {web.url}/health
        retries: 0
""")
    assert cli("config", "smoke.all").ok().out == "SELECT true\n"
    assert cli("config", "smoke.health", "--env", "live").ok().out == f"GET {web.url}/health\n"
    checks = cli("up", "--env", "live", "--json").ok().json()["smoke"]["checks"]
    assert [check["id"] for check in checks] == ["smoke.http"]
