import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chosenFrom } from "./chosen-from.ts";
import { chatUrlOf, type Contender, type RunningContender } from "./contender.ts";
import { installedPeer } from "./installed-peer.ts";
import { settings } from "./settings.ts";
import { startScript, type StartScript } from "./started.ts";
import { chatBodyOf } from "./chat-body.ts";

const portkeyVersion = "1.15.2";
const litellmVersion = "1.108.7";
const key = "sk-bench-of-a-peer";

const answersChat =
  (model: string, headers: Readonly<Record<string, string>>) =>
  async (url: string): Promise<boolean> => {
    const answer = await fetch(chatUrlOf({ url }), {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: chatBodyOf(model),
    });
    await answer.arrayBuffer();
    return answer.ok;
  };

interface StartPeer extends Omit<StartScript, "ready" | "args"> {
  readonly headers: Readonly<Record<string, string>>;
  readonly model?: string;
  /** Of its configuration, removed with it. */
  readonly files?: Readonly<Record<string, string>>;
  readonly args: (port: number, folder: string) => readonly string[];
}

/** Ready when it has answered a chat. */
const startPeer = async ({
  headers,
  model = "gpt-4o-mini",
  files = {},
  args,
  ...script
}: StartPeer): Promise<RunningContender> => {
  const folder = await mkdtemp(join(tmpdir(), "nexus-bench-peer-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 });
    const running = await startScript({
      ...script,
      args: (port) => args(port, folder),
      ready: answersChat(model, headers),
      readyMs: 120_000,
    });
    return { ...running, headers, model, stop: () => running.stop().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
};

/** Of what it can do, the open-source gateway checks no keys, keeps no budgets and writes nothing. */
const portkey: Contender = {
  name: "Portkey",
  start: async (upstream) => {
    const folder = await installedPeer({
      name: `portkey-${portkeyVersion}`,
      needs: "npm, and its registry",
      commands: (into) => [
        [
          "npm",
          "install",
          `--prefix=${into}`,
          "--no-audit",
          "--no-fund",
          "--ignore-scripts",
          `@portkey-ai/gateway@${portkeyVersion}`,
        ],
      ],
    });
    return startPeer({
      name: "Portkey",
      file: join(folder, "node_modules/@portkey-ai/gateway/build/start-server.js"),
      args: (port) => [`--port=${port}`, "--headless"],
      env: {
        NODE_ENV: "production",
        TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost",
        NODE_OPTIONS: `--import=${new URL("./portkey-streams.ts", import.meta.url).href} --disable-warning=ExperimentalWarning`,
      },
      headers: {
        authorization: `Bearer ${key}`,
        "x-portkey-provider": "openai",
        "x-portkey-custom-host": `${upstream}/v1`,
      },
    });
  },
};

const litellmConfig = (upstream: string): string =>
  JSON.stringify({
    model_list: [
      {
        model_name: "gpt-4o-mini",
        litellm_params: { model: "openai/gpt-4o-mini", api_base: `${upstream}/v1`, api_key: "sk-upstream" },
      },
    ],
    litellm_settings: { set_verbose: false, request_timeout: 600, telemetry: false },
    general_settings: { master_key: key },
  });

/** Without its database: it checks one key, and keeps no budgets. */
const litellm: Contender = {
  name: "LiteLLM",
  start: async (upstream) => {
    const folder = await installedPeer({
      name: `litellm-${litellmVersion}`,
      needs: "python3 with venv, and the registry of Python's packages",
      commands: (into) => [
        ["python3", "-m", "venv", join(into, "venv")],
        [join(into, "venv/bin/pip"), "install", "--quiet", `litellm[proxy]==${litellmVersion}`],
      ],
    });
    return startPeer({
      name: "LiteLLM",
      command: join(folder, "venv/bin/python"),
      file: join(folder, "venv/bin/litellm"),
      // JSON is YAML too.
      files: { "config.yaml": litellmConfig(upstream) },
      args: (port, own) => [
        `--config=${join(own, "config.yaml")}`,
        "--host=127.0.0.1",
        `--port=${port}`,
        "--num_workers=1",
      ],
      env: {
        LITELLM_MODE: "PRODUCTION",
        LITELLM_LOG: "ERROR",
        LITELLM_LOCAL_MODEL_COST_MAP: "True",
        NO_DOCS: "True",
      },
      headers: { authorization: `Bearer ${key}` },
    });
  },
};

const bifrostConfig = (upstream: string): string =>
  JSON.stringify({
    client: { drop_excess_requests: false, enable_logging: false, initial_pool_size: 1_000 },
    providers: {
      openai: {
        keys: [{ name: "upstream", value: "sk-upstream", models: ["*"], weight: 1 }],
        network_config: { base_url: upstream, default_request_timeout_in_seconds: 120, max_retries: 0 },
        concurrency_and_buffer_size: { concurrency: 2_000, buffer_size: 5_000 },
      },
    },
    config_store: { enabled: false },
    logs_store: { enabled: false },
  });

/** Governance and logging off. */
const bifrost: Contender = {
  name: "Bifrost",
  start: async (upstream) => {
    const executable = settings.bifrost;
    if (executable === undefined || !existsSync(executable))
      throw new Error(
        "Bifrost is measured where BENCH_BIFROST names its executable, bifrost-http: its maker's site or container image has it.",
      );
    return startPeer({
      name: "Bifrost",
      command: executable,
      files: { "config.json": bifrostConfig(upstream) },
      args: (port, own) => ["-app-dir", own, "-host", "127.0.0.1", "-port", String(port), "-log-level", "error"],
      headers: {},
      model: "openai/gpt-4o-mini",
    });
  },
};

const known: Readonly<Record<string, Contender>> = { portkey, litellm, bifrost };

/** The gateways of others by the names that `BENCH_PEERS` has for them. */
export const peersOf = (names: readonly string[]): readonly Contender[] => chosenFrom("BENCH_PEERS", known, names);
