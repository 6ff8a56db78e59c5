"""The gateways that are compared, each as its makers start it, before one upstream with OpenAI's API."""

import pathlib
import socket

from gateway_bench.processes import Server


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Gateway:
    """`ready` seconds passed from the process's start to the first answer of its health route."""

    health = "/health"
    environment = None

    def __init__(self, upstream, scratch, log):
        self.port = free_port()
        self.server = Server(self.command(upstream, pathlib.Path(scratch)), log, self.environment)
        try:
            self.ready = self.server.wait(self.port, self.health)
        except BaseException:
            self.server.close()
            raise

    def close(self):
        self.server.close()


class Codec(Gateway):
    program = None

    def command(self, upstream, scratch):
        return [self.program, "serve", "--upstream", f"openai={upstream}", "--upstream-model", "bench", "--store", "off",
                "--port", self.port, "--log-level", "error"]


class SMG(Gateway):
    """Its cheapest policy; the default keeps a tree of prompts."""

    program = None

    def command(self, upstream, scratch):
        return [self.program, "launch", "--host", "127.0.0.1", "--port", self.port, "--worker-urls", upstream,
                "--policy", "round_robin", "--log-level", "error", "--prometheus-port", free_port()]


class LiteLLM(Gateway):
    program = None
    health = "/health/liveliness"
    environment = {"LITELLM_LOG": "ERROR", "LITELLM_LOCAL_MODEL_COST_MAP": "True",
                   "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true"}

    def command(self, upstream, scratch):
        (scratch / "litellm.yaml").write_text(
            "model_list: [{model_name: bench, litellm_params: {model: openai/bench, "
            f"api_base: '{upstream}/v1', api_key: none}}}}]\nlitellm_settings: {{telemetry: false}}\n")
        return [self.program, "--config", scratch / "litellm.yaml", "--host", "127.0.0.1", "--port", self.port,
                "--num_workers", 1]
