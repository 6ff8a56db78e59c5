"""Agents that speak Responses only do turns with tools through the gateway, before an upstream that has only chats."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from harness import TEST_LIMIT, long_test
from test_gateway import results
from upstreams import Call, Upstream, chat

CONFIG = """
model = "scripted"
model_provider = "gateway"
[model_providers.gateway]
name = "gateway"
base_url = "{url}/v1"
env_key = "GATEWAY_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
"""

#: A server of one tool, over its standard input and output.
TOOLS = '''
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    if "id" not in asked:
        continue
    if asked["method"] == "initialize":
        result = {"protocolVersion": asked["params"]["protocolVersion"], "capabilities": {"tools": {}},
                  "serverInfo": {"name": "box", "version": "1"}}
    elif asked["method"] == "tools/list":
        result = {"tools": [{"name": "open_box", "description": "Opens it.", "inputSchema": {
            "type": "object", "properties": {"which": {"type": "string"}}}}]}
    elif asked["method"] == "tools/call":
        result = {"content": [{"type": "text", "text": "in the " + asked["params"]["arguments"]["which"] + " box: a cat"}]}
    else:
        result = {}
    print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}), flush=True)
'''


class Agent:
    """A folder for an agent's settings, one to work in, and how to run it there."""

    def __init__(self, folder, url, config=""):
        self.home, self.work = pathlib.Path(folder, "home"), pathlib.Path(folder, "work")
        self.home.mkdir()
        self.work.mkdir()
        self.config = self.home / "config.toml"
        self.config.write_text(CONFIG.format(url=url) + config)

    def run(self, *command):
        """What the agent prints."""
        environment = {**os.environ, "CODEX_HOME": str(self.home), "HOME": str(self.home), "GATEWAY_KEY": "none"}
        result = subprocess.run(
            command, cwd=self.work, env=environment, capture_output=True, timeout=TEST_LIMIT, text=True,
            stdin=subprocess.DEVNULL, check=False)
        assert result.returncode == 0, result.stderr[-4000:]
        return result.stdout


def codex(server):
    python = pathlib.Path(server.clients, "bin", "python")
    script = "import codex_cli_bin; print(codex_cli_bin.bundled_codex_path())"
    program = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    return [program, "exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"]


def calling(suffix, arguments):
    """An upstream that calls the tool whose name ends so, and then says what the tool said."""

    def reply(body):
        said = list(results(body))
        if said:
            return chat(body, f"The tool said: {json.dumps(said[-1])}")
        names = [tool["function"]["name"] for tool in body["tools"]]
        [name] = [name for name in names if name.endswith(suffix)]
        return chat(body, "", [Call(name, arguments)])

    return Upstream(reply)


@long_test
def codex_turn(server):
    """Codex runs the command that the model calls for, and shows the answer that follows."""
    command = {"cmd": "printf made-by-codex > made.txt && cat made.txt"}
    with tempfile.TemporaryDirectory(prefix="codec-agent-") as folder, calling("exec_command", command) as upstream:
        with server.gateway("openai", upstream, ["--front", "responses"]) as between:
            agent = Agent(folder, between.url)
            printed = agent.run(*codex(server), "Make the file.")
            assert (agent.work / "made.txt").read_text() == "made-by-codex"
            assert "The tool said" in printed and "made-by-codex" in printed, printed
            assert len(upstream.requests) == 2 and all(request["stream"] for request in upstream.requests)


@long_test
def codex_mcp(server):
    """Codex calls a tool of an MCP server, which is in a namespace of its own."""
    with tempfile.TemporaryDirectory(prefix="codec-agent-") as folder, calling("open_box", {"which": "red"}) as upstream:
        script = pathlib.Path(folder, "tools.py")
        script.write_text(TOOLS)
        config = f"\n[mcp_servers.box]\ncommand = {json.dumps(sys.executable)}\nargs = [{json.dumps(str(script))}]\n"
        with server.gateway("openai", upstream, ["--front", "responses"]) as between:
            printed = Agent(folder, between.url, config).run(*codex(server), "Open the red box.")
            assert "in the red box: a cat" in printed, printed
            assert len(upstream.requests) == 2


@long_test
def pycodex_turn(server):
    """python-codex does the same with its own tools."""
    command = {"cmd": "printf made-by-pycodex > made.txt && cat made.txt"}
    with tempfile.TemporaryDirectory(prefix="codec-agent-") as folder, calling("exec_command", command) as upstream:
        with server.gateway("openai", upstream, ["--front", "responses"]) as between:
            agent = Agent(folder, between.url)
            program = pathlib.Path(server.clients, "bin", "pycodex")
            printed = agent.run(program, "--config", agent.config, "Make the file.")
            assert (agent.work / "made.txt").read_text() == "made-by-pycodex", printed
            assert "The tool said" in printed and "made-by-pycodex" in printed, printed
            assert len(upstream.requests) == 2
